import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { registry } from "../../../../addons/registry";
import type { Catalogue } from "../../../../components/catalogue/catalogue";
import { textChecksum } from "../../../../components/catalogue/manifest-cache";
import { resolvedCatalogue } from "../../../../components/catalogue/resolved-catalogue";
import { upstreamManifests } from "../../../../components/catalogue/upstream-manifests";

const official =
  "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.0/standard-install.yaml";
const manifest = `# a comment
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gateways.gateway.networking.k8s.io }
spec: { since: 2026-01-01 }
---
`;
const objects = [
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gateways.gateway.networking.k8s.io" },
    spec: { since: "2026-01-01" },
  },
];

let directory: string;
let answers: string;
const asked: string[] = [];
const { XDG_CACHE_HOME } = process.env;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "manifests-"));
  process.env.XDG_CACHE_HOME = join(directory, "cache");
  answers = manifest;
  asked.length = 0;
});

afterEach(() => {
  rmSync(directory, { recursive: true });
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
});

const lockFile = () => join(directory, "Pulumi.prod.lock.yaml");
const cached = () => join(directory, "cache/plinth/manifests", `${textChecksum(manifest)}.yaml`);

function fetchText(url: string): Promise<string> {
  asked.push(url);
  if (answers === "") return Promise.reject(new Error("the server answered 404"));
  return Promise.resolve(url.endsWith(".sha256") ? "ab".repeat(32) : answers);
}

function resolved(manifests: readonly string[], catalogueFile?: string): Promise<Catalogue> {
  const artifacts = catalogueFile === undefined ? {} : { catalogueFile };
  return resolvedCatalogue(
    { kubernetesVersion: "1.36.4", artifacts, needs: { manifests } },
    registry,
    lockFile(),
    fetchText,
  );
}

async function read(catalogue: Catalogue, mirror?: string): Promise<unknown> {
  return (await upstreamManifests(catalogue, mirror, fetchText))["gateway-api"];
}

test("a manifest that no add-on needs is neither fetched nor recorded", async () => {
  const catalogue = await resolved([]);
  expect(await upstreamManifests(catalogue, undefined, fetchText)).toEqual({});
  expect(asked).not.toContain(official);
  expect(readFileSync(lockFile(), "utf8")).not.toContain(official);
});

test("a manifest without a known checksum is fetched once, recorded and kept", async () => {
  const catalogue = await resolved(["gateway-api"]);
  expect(catalogue.manifests["gateway-api"]).toEqual({
    version: "1.4.0",
    url: official,
    sha256: textChecksum(manifest),
  });
  expect(readFileSync(lockFile(), "utf8")).toContain(`${official}: ${textChecksum(manifest)}`);
  expect(await read(catalogue)).toEqual(objects);
  expect(await read(await resolved(["gateway-api"]))).toEqual(objects);
  expect(asked.filter((url) => url === official)).toHaveLength(1);
});

test("a manifest that changed since it was recorded is refused with both checksums", async () => {
  const catalogue = await resolved(["gateway-api"]);
  rmSync(cached());
  answers = manifest.replace("since", "until");
  await expect(read(catalogue)).rejects.toThrow(
    `gateway-api 1.4.0: ${official}: got a file with sha256 ${textChecksum(answers)}, expected ${textChecksum(manifest)}`,
  );
  expect(existsSync(cached())).toBe(false);
});

test("the record of a manifest outlives its add-on, and an upgrade of Kubernetes", async () => {
  await resolved(["gateway-api"]);
  const lock = readFileSync(lockFile(), "utf8");
  writeFileSync(lockFile(), lock.replaceAll("v1.36.4", "v1.36.3"));
  await resolved([]);
  expect(readFileSync(lockFile(), "utf8")).toEqual(lock);
});

test("a damaged file of the cache is fetched anew, through the mirror", async () => {
  const catalogue = await resolved(["gateway-api"]);
  writeFileSync(cached(), "damaged");
  expect(await read(catalogue, "http://mirror.example")).toEqual(objects);
  expect(asked.at(-1)).toBe(official.replace("https://", "http://mirror.example/"));
  expect(readFileSync(cached(), "utf8")).toBe(manifest);
  expect(readdirSync(join(directory, "cache/plinth/manifests"))).toHaveLength(1);
});

test("a catalogue file's manifest is checked by its own checksum, and not recorded", async () => {
  const file = join(directory, "catalogue.json");
  const entry = { version: "1.4.1", url: "https://a.example/b.yaml", sha256: "cd".repeat(32) };
  writeFileSync(file, JSON.stringify({ manifests: { "gateway-api": entry } }));
  const catalogue = await resolved(["gateway-api"], file);
  expect(catalogue.manifests["gateway-api"]).toEqual(entry);
  expect(readFileSync(lockFile(), "utf8")).not.toContain("b.yaml");
  await expect(read(catalogue)).rejects.toThrow("gateway-api 1.4.1: https://a.example/b.yaml: got");
});

test("a manifest that can't be had is one error, and nothing is recorded", async () => {
  answers = "";
  await expect(resolved(["gateway-api"])).rejects.toThrow(
    `gateway-api: ${official}: the server answered 404`,
  );
  expect(existsSync(lockFile())).toBe(false);
});

test.each(["just text\n", "kind: CustomResourceDefinition\n"])(
  "a manifest with something else than objects is refused: %j",
  async (text) => {
    answers = text;
    const catalogue = await resolved(["gateway-api"]);
    await expect(read(catalogue)).rejects.toThrow(
      "object 1 has no apiVersion, kind and metadata.name",
    );
  },
);

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestArtifacts } from "../../../lab/artifact/manifests";
import { labCatalogue } from "../../../lab/artifact/catalogue";
import { makeManifest } from "../../../toolchain/manifest";
import { products } from "../../../toolchain/product-list";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "manifest-"));
  await mkdir(join(folder, "module/crd"), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

test("a manifest is the files of its module's folder in the order of their names", async () => {
  const files = { "gateway_b.yaml": "kind: B", "gateway_a.yaml": "kind: A\n", "other.yaml": "no" };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, "module/crd", name), text);
  }
  const go = join(folder, "go");
  const answer = JSON.stringify({ Dir: join(folder, "module") });
  await writeFile(go, `#!/bin/sh\necho "$*" >'${folder}/call'\necho '${answer}'\n`, {
    mode: 0o755,
  });
  const recipe = { kind: "manifest", module: "example.org/m", folder: "crd", prefix: "gateway" };
  const product = { ...products["gateway-api"], version: "1.2.3", outputs: ["all.yaml"] };
  await makeManifest(product, { ...recipe, kind: "manifest" }, folder, { go, cwd: folder });
  expect(await readFile(join(folder, "all.yaml"), "utf8")).toBe("---\nkind: A\n---\nkind: B\n");
  expect(await readFile(join(folder, "call"), "utf8")).toBe(
    "mod download -json example.org/m@v1.2.3\n",
  );
});

test("a manifest of a single file is that file to the letter", async () => {
  await writeFile(join(folder, "module/crd/only.yaml"), "kind: A");
  const go = join(folder, "go");
  await writeFile(go, `#!/bin/sh\necho '${JSON.stringify({ Dir: join(folder, "module") })}'\n`, {
    mode: 0o755,
  });
  const product = { ...products["metallb-native"], outputs: ["all.yaml"] };
  const recipe = { kind: "manifest", module: "m", folder: "crd", prefix: "only" } as const;
  await makeManifest(product, recipe, folder, { go, cwd: folder });
  expect(await readFile(join(folder, "all.yaml"), "utf8")).toBe("kind: A");
});

test("the lab serves a manifest under its official address, and tells its checksum", () => {
  const [artifact] = manifestArtifacts({ "gateway-api": "/tools/gateway-api" });
  const url =
    "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.0/standard-install.yaml";
  expect(artifact).toMatchObject({ url, folder: "/tools/gateway-api" });
  expect(manifestArtifacts({})).toEqual([]);
  const summed = manifestArtifacts({ "gateway-api": "/t" }).map((each) => ({
    ...each,
    sha256: "f00d",
  }));
  expect(labCatalogue([], {}, summed, "amd64").manifests).toEqual({
    "gateway-api": { version: "1.4.0", url, sha256: "f00d" },
  });
});

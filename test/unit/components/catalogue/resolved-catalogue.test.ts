import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { registry } from "../../../../addons/registry";
import { resolvedCatalogue } from "../../../../components/catalogue/resolved-catalogue";

const sum = "ab".repeat(32);
const requests: string[] = [];
let server: Server;
let directory: string;

/** Upstream's checksum files, as one server at home gives them under `/<host>/<path>`. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    if (path.includes("v1.36.99")) response.writeHead(404);
    response.end(`${sum}  ${path.slice(path.lastIndexOf("/") + 1).replace(/\.sha256$/, "")}\n`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterAll(() => server.close());

beforeEach(() => {
  requests.length = 0;
  directory = mkdtempSync(join(tmpdir(), "catalogue-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

async function fetchText(url: string): Promise<string> {
  const { host, pathname } = new URL(url);
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const response = await fetch(`http://127.0.0.1:${port}/${host}${pathname}`);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return await response.text();
}

const lockFile = () => join(directory, "Pulumi.prod.lock.yaml");

const resolved = (kubernetesVersion: string, catalogueFile?: string) =>
  resolvedCatalogue(
    {
      kubernetesVersion,
      artifacts: catalogueFile === undefined ? {} : { catalogueFile },
      needs: { manifests: [] },
    },
    registry,
    lockFile(),
    fetchText,
  );

function catalogueFile(content: unknown): string {
  const path = join(directory, "catalogue.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("unknown checksums are read once and recorded", async () => {
  const first = await resolved("1.36.4");
  expect(first.artifacts["kube-apiserver"].amd64?.sha256).toBe(sum);
  const asked = requests.length;
  expect(asked).toBe(10);
  expect(requests).toContain("/dl.k8s.io/release/v1.36.4/bin/linux/arm64/kube-proxy.sha256");
  expect(await resolved("1.36.4")).toEqual(first);
  expect(requests).toHaveLength(asked);
});

test("a built-in checksum is never asked for", async () => {
  const { artifacts } = await resolved("1.36.4");
  expect(artifacts.kubelet.amd64?.sha256).toMatch(/^cf2562db/);
  expect(requests.filter((path) => path.includes("kubelet"))).toEqual([]);
});

test("what the lock file records wins over upstream's later answer", async () => {
  await resolved("1.36.4");
  const recorded = "cd".repeat(32);
  writeFileSync(lockFile(), readFileSync(lockFile(), "utf8").replaceAll(sum, recorded));
  const { artifacts } = await resolved("1.36.4");
  expect(artifacts["kube-scheduler"].arm64?.sha256).toBe(recorded);
});

test("after an upgrade the lock file holds what is in use", async () => {
  await resolved("1.35.8");
  await resolved("1.36.4");
  const lock = readFileSync(lockFile(), "utf8");
  expect(lock).toContain("v1.36.4/bin/linux/amd64/kube-apiserver: ");
  expect(lock).not.toContain("v1.35.8");
});

test("checksums that can't be had are named in one error, and nothing is recorded", async () => {
  const failed = resolved("1.36.99");
  await expect(failed).rejects.toThrow("can't fetch upstream's checksums");
  await expect(failed).rejects.toThrow(
    "kubectl: https://dl.k8s.io/release/v1.36.99/bin/linux/amd64/kubectl.sha256: the server answered 404",
  );
  await expect(failed).rejects.toThrow("arm64/kube-scheduler.sha256");
  expect(existsSync(lockFile())).toBe(false);
});

test("a lock file that says something else is refused", async () => {
  writeFileSync(lockFile(), "https://dl.k8s.io/a: abc\n");
  await expect(resolved("1.36.4")).rejects.toThrow(
    `${lockFile()}: https://dl.k8s.io/a: got something else, expected addresses with 64 hex digits each`,
  );
});

const download = { url: "http://10.0.0.1/a", sha256: sum };

test("a catalogue file replaces whole entries and images by name", async () => {
  const file = catalogueFile({
    artifacts: { etcd: { version: "3.6.15", amd64: download, members: { etcd: "etcd" } } },
    images: { pause: "registry.example.org/pause:1" },
  });
  const { artifacts, images } = await resolved("1.36.4", file);
  expect(artifacts.etcd).toEqual({ version: "3.6.15", amd64: download, members: { etcd: "etcd" } });
  expect(artifacts.runc.version).toBe("1.4.3");
  expect(images.pause).toBe("registry.example.org/pause:1");
  expect(images.flannel).toMatch(/^ghcr\.io/);
});

test("a catalogue file with every artifact needs no network and no lock file", async () => {
  const names = Object.keys((await resolved("1.36.4")).artifacts);
  rmSync(lockFile());
  requests.length = 0;
  const entries = names.map((name) => [
    name,
    { version: name.startsWith("kube") ? "1.36.4" : "1", amd64: download },
  ]);
  await resolved("1.36.4", catalogueFile({ artifacts: Object.fromEntries(entries) as unknown }));
  expect(requests).toEqual([]);
  expect(existsSync(lockFile())).toBe(false);
});

test.each([
  [
    "a checksum",
    { artifacts: { etcd: { version: "1", amd64: { url: "http://a/b", sha256: "abc" } } } },
    'artifacts.etcd.amd64.sha256: got "abc", expected 64 lower-case hex digits',
  ],
  [
    "a name",
    { artifacts: { kubelte: { version: "1" } } },
    "artifacts.kubelte: unknown key, did you mean kubelet?",
  ],
  ["an image", { images: { pause: 3 } }, "images.pause: got 3, expected the name of an image"],
  [
    "a release",
    { artifacts: { kubectl: { version: "1.35.8", amd64: download } } },
    'artifacts.kubectl.version: got "1.35.8", expected 1.36.4, the stack config\'s kubernetesVersion',
  ],
  ["a list", [], "the whole file: got [], expected a map of keys"],
])("a catalogue file with %s that is wrong is told with its place", async (_, content, text) => {
  const file = catalogueFile(content);
  await expect(resolved("1.36.4", file)).rejects.toThrow(`${file}: ${text}`);
});

test("a catalogue file that is missing or no JSON is named", async () => {
  await expect(resolved("1.36.4", "/nowhere/c.json")).rejects.toThrow(
    "/nowhere/c.json: no readable catalogue (artifacts.catalogueFile): ENOENT",
  );
  await expect(resolved("1.36.4", catalogueFile("{"))).rejects.toThrow(
    "catalogue.json: no readable",
  );
});

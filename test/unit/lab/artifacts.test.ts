import { productArtifacts, tarArguments } from "../../../lab/artifact/artifact";
import { servedFile } from "../../../lab/artifact/artifact-server";
import { labCatalogue } from "../../../lab/artifact/catalogue";
import { libraries } from "../../../lab/image/flannel-tree";
import { ociLayout, registryReference } from "../../../lab/image/image";
import { registryConfig } from "../../../lab/image/registry";
import { progressLine, toolchainLine } from "../../../lab/machine/progress";
import { smokeManifests } from "../../../lab/smoke/manifests";
import { silentPods } from "../../../lab/smoke/smoke";
import { products } from "../../../toolchain/product-list";

const catalogueOf = (name: keyof typeof products) => {
  const artifacts = productArtifacts(products[name], "/tools", "amd64");
  const summed = artifacts.map((artifact) => ({ ...artifact, sha256: "f00d" }));
  return labCatalogue(summed, {}, [], "amd64").artifacts;
};

test("an archive stands in the catalogue with the members that nodes use", () => {
  const { version } = products["cni-plugins"];
  expect(catalogueOf("cni-plugins")).toEqual({
    "cni-plugins": {
      version,
      amd64: {
        url: `https://github.com/containernetworking/plugins/releases/download/v${version}/cni-plugins-linux-amd64-v${version}.tgz`,
        sha256: "f00d",
      },
      members: {
        bridge: "./bridge",
        "host-local": "./host-local",
        loopback: "./loopback",
        portmap: "./portmap",
      },
    },
  });
});

test("every Kubernetes binary is an artifact of its own, without members", () => {
  const artifacts = catalogueOf("kubernetes");
  expect(Object.keys(artifacts)).toHaveLength(6);
  expect(artifacts.kubelet).toEqual({
    version: products.kubernetes.version,
    amd64: {
      url: `https://dl.k8s.io/release/v${products.kubernetes.version}/bin/linux/amd64/kubelet`,
      sha256: "f00d",
    },
  });
});

test("flannel's CNI plugin stands under flannel's own release", () => {
  const [artifact] = productArtifacts(products["flannel-cni"], "/tools", "arm64");
  expect(artifact).toMatchObject({ name: "flannel-cni", binary: "flannel" });
  expect(artifact?.url).toMatch(/flannel-io\/cni-plugin\/releases\/download\/v.*\/flannel-arm64$/);
});

test.each([
  ["etcd", /^etcd-v.*-linux-amd64\/$/],
  ["containerd", /^bin\/$/],
  ["cni-plugins", /^\.\/$/],
  ["crictl", /^$/],
] as const)("the archive of %s has its members where upstream has them", (name, prefix) => {
  const [artifact] = productArtifacts(products[name], "/tools", "amd64");
  const transform = tarArguments(artifact ?? never(), "/out").find((arg) =>
    arg.startsWith("--transform="),
  );
  expect(transform?.split("|")[2]).toMatch(prefix);
});

test.each([
  ["/dl.k8s.io/kubelet", "/mirror/dl.k8s.io/kubelet"],
  ["/dl.k8s.io/kubelet?x=1", "/mirror/dl.k8s.io/kubelet"],
  ["/../../etc/passwd", "/mirror/etc/passwd"],
  ["/%2e%2e/%2e%2e/etc/passwd", "/mirror/etc/passwd"],
  ["/a%2f..%2f..%2fetc/passwd", "/mirror/etc/passwd"],
  ["/%", undefined],
])("%s never leaves the served tree", (url, file) => {
  expect(servedFile("/mirror", url)).toBe(file);
});

test("an image layout is the same for the same layer, and names every part by its digest", () => {
  const image = { name: "pause", reference: "r/pause:1", entrypoint: ["/pause"], user: "65535" };
  const layer = { sha256: "a".repeat(64), size: 10 };
  const layout = ociLayout(image, layer, "amd64");
  expect(layout).toEqual(ociLayout(image, layer, "amd64"));
  const index = JSON.parse(layout["index.json"] ?? "") as { manifests: { digest: string }[] };
  const digest = index.manifests[0]?.digest.replace("sha256:", "") ?? "";
  expect(layout[`blobs/sha256/${digest}`]).toContain(`"digest":"sha256:${layer.sha256}"`);
});

test("an image's binary starts in the folder that the image says", () => {
  const layer = { sha256: "a".repeat(64), size: 10 };
  const image = { name: "pause", reference: "r/pause:1", entrypoint: ["/pause"] };
  const texts = (directory: object) =>
    Object.values(ociLayout({ ...image, ...directory }, layer, "amd64")).join("\n");
  expect(texts({ directory: "/usr/share" })).toContain('"WorkingDir":"/usr/share"');
  expect(texts({})).not.toContain("WorkingDir");
});

test("the registry has an image under its path without the official registry", () => {
  expect(registryReference("registry.k8s.io/coredns/coredns:v1", "10.88.0.1:5000")).toBe(
    "10.88.0.1:5000/coredns/coredns:v1",
  );
  expect(registryConfig("/storage")).toContain("rootdirectory: /storage");
});

test("libraries are read from ldd, each once", () => {
  const output = `nft:
	linux-vdso.so.1 (0x0000)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x0001)
	/lib64/ld-linux-x86-64.so.2 (0x0002)
iptables:
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x0003)
`;
  expect(libraries(output)).toEqual([
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
});

test("progress tells news only", () => {
  const event = { product: "etcd", version: "3.6", index: 3, total: 15, elapsedSeconds: 12.5 };
  expect(toolchainLine({ ...event, state: "cached" })).toBeUndefined();
  expect(toolchainLine({ ...event, state: "building", detail: "40 packages" })).toBe(
    "toolchain 3/15: etcd 3.6 building (12.5 s): 40 packages",
  );
  expect(progressLine("done", 1000, 13_340)).toBe("[  12.3 s] done");
});

test("pods that never answered are named", () => {
  const pods = [{ name: "web-a" }, { name: "web-b" }];
  expect(silentPods("web-a w1\nweb-a w1\n", pods)).toEqual(["web-b"]);
  expect(silentPods("web-a w1\nweb-b w2\n", pods)).toEqual([]);
});

test("the smoke check's objects all live in its own namespace", () => {
  const { items } = smokeManifests("plinth-smoke-1", "image") as {
    items: { kind: string; metadata: { namespace?: string } }[];
  };
  const spaces = items.filter(({ kind }) => kind !== "Namespace").map((item) => item.metadata);
  expect(spaces.every(({ namespace }) => namespace === "plinth-smoke-1")).toBe(true);
});

function never(): never {
  throw new Error("no artifact");
}

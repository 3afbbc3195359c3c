import { registry } from "../../../../addons/registry";
import { builtInCatalogue } from "../../../../components/catalogue/built-in-catalogue";
import { binarySource, type Catalogue } from "../../../../components/catalogue/catalogue";
import { architectures } from "../../../../components/catalogue/catalogue-source";
import { errorText } from "../../../../components/text/error-text";
import { toYaml } from "../../../../components/text/yaml";
import { expectGoldenFile } from "../../../support/golden/golden-tree";

const sum = "ab".repeat(32);

const catalogue: Catalogue = {
  artifacts: Object.fromEntries(
    Object.entries(builtInCatalogue("1.36.4", registry).artifacts).map(
      ([name, { version, amd64, members }]) => [
        name,
        { version, amd64: { url: amd64?.url ?? "", sha256: sum }, ...(members && { members }) },
      ],
    ),
  ) as unknown as Catalogue["artifacts"], // the names of the built-in catalogue
  images: builtInCatalogue("1.36.4", registry).images,
  manifests: {},
};

const releases = "https://github.com";

test.each([
  ["kubelet", "kubelet", "https://dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet", undefined],
  [
    "etcd",
    "etcdctl",
    `${releases}/etcd-io/etcd/releases/download/v3.6.14/etcd-v3.6.14-linux-amd64.tar.gz`,
    "etcd-v3.6.14-linux-amd64/etcdctl",
  ],
  [
    "containerd",
    "containerd-shim-runc-v2",
    `${releases}/containerd/containerd/releases/download/v2.3.4/containerd-2.3.4-linux-amd64.tar.gz`,
    "bin/containerd-shim-runc-v2",
  ],
  [
    "runc",
    "runc",
    `${releases}/opencontainers/runc/releases/download/v1.4.3/runc.amd64`,
    undefined,
  ],
  [
    "cni-plugins",
    "bridge",
    `${releases}/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-amd64-v1.9.1.tgz`,
    "./bridge",
  ],
  [
    "flannel-cni",
    "flannel",
    `${releases}/flannel-io/cni-plugin/releases/download/v1.9.1-flannel1/cni-plugin-flannel-linux-amd64-v1.9.1-flannel1.tgz`,
    "flannel-amd64",
  ],
  [
    "crictl",
    "crictl",
    `${releases}/kubernetes-sigs/cri-tools/releases/download/v1.36.0/crictl-v1.36.0-linux-amd64.tar.gz`,
    "crictl",
  ],
] as const)("%s's binary %s comes from its official place", (artifact, binary, url, member) => {
  const expected = member === undefined ? { url, sha256: sum } : { url, sha256: sum, member };
  expect(binarySource(catalogue, artifact, binary, "amd64", undefined)).toEqual(expected);
});

test("a mirror keeps the checksum that upstream published", () => {
  const { url, sha256 } = binarySource(catalogue, "runc", "runc", "amd64", "http://mirror");
  expect(url).toMatch(/^http:\/\/mirror\/github\.com\/opencontainers\//);
  expect(sha256).toBe(sum);
});

test("an architecture without a download is an error with what to add", () => {
  expect(() => binarySource(catalogue, "runc", "runc", "arm64", undefined)).toThrow(
    "catalogue: runc 1.4.3 has no download for arm64, expected an entry artifacts.runc.arm64 with url and sha256",
  );
});

test("a binary that an archive lacks is an error with the near one", () => {
  expect(() => binarySource(catalogue, "etcd", "etcdclt", "amd64", undefined)).toThrow(
    'catalogue: etcd 3.6.14 has no binary "etcdclt", expected one of etcd, etcdctl, etcdutl; did you mean etcdctl?',
  );
});

test.each(["1.36.4", "1.35.8", "1.36.0"])(
  "all that Kubernetes %s needs has a checksum or says where it is",
  (version) => {
    const { artifacts } = builtInCatalogue(version, registry);
    for (const [name, artifact] of Object.entries(artifacts)) {
      for (const architecture of architectures) {
        const download = artifact[architecture];
        expect([name, download?.url]).toEqual([name, expect.stringMatching(/^https:/)]);
        const checksum = download && "sha256" in download ? download.sha256 : download?.checksumUrl;
        expect(checksum).toMatch(/^([0-9a-f]{64}|https:.*\.sha256)$/);
      }
    }
  },
);

test.each(["1.36.4", "1.35.8"])(
  "addresses, versions and checksums for Kubernetes %s are those recorded from upstream",
  (version) => {
    const { artifacts, images, manifests } = builtInCatalogue(version, registry);
    const parts = { artifacts: byName(artifacts), images: byName(images) };
    expectGoldenFile(
      `catalogue/${version}.yaml`,
      toYaml({ ...parts, manifests: byName(manifests) }),
    );
  },
);

/** In which order a catalogue is put together says nothing. */
function byName(entries: object): object {
  return Object.fromEntries(
    Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

test("a failed fetch is told with its cause", () => {
  const error = new Error("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND dl.k8s.io") });
  expect(errorText(error)).toBe("fetch failed: getaddrinfo ENOTFOUND dl.k8s.io");
  expect(errorText(new Error("alone"))).toBe("alone");
  expect(errorText("text")).toBe("text");
});

import { addonDefinitions } from "./addon-product-list";
import { kubernetesBinaries } from "../upstream/kubernetes-binaries";
import { publishedChecksums } from "../upstream/published-checksums";
import type { Arch, Checksum, Product, ReleaseFile } from "./product";
import { goTools, kubernetesVersionFlags, members, product, staticGoTools } from "./build-steps";
import type { Definition } from "./build-steps";

const github = "https://github.com";
const kubernetesVersion = "1.36.4";

const etcdOutputs = ["etcd", "etcdctl", "etcdutl"];
const containerdOutputs = ["containerd", "containerd-shim-runc-v2", "ctr"];
const cniOutputs = (
  "bandwidth bridge dhcp dummy firewall host-device host-local ipvlan loopback macvlan portmap " +
  "ptp sbr static tap tuning vlan vrf"
).split(" ");

/** Pulumi's release holds the command line and its language hosts in one archive. */
const pulumiRelease =
  (output: string): NonNullable<Definition<string>["release"]> =>
  (version, arch) => {
    const at = `${github}/pulumi/pulumi/releases/download/v${version}`;
    return {
      url: `${at}/pulumi-v${version}-linux-${arch === "amd64" ? "x64" : "arm64"}.tar.gz`,
      checksum: { url: `${at}/pulumi-${version}-checksums.txt` },
      outputs: members("pulumi/", [output]),
    };
  };

/** A file whose checksum upstream publishes beside it. */
function besideChecksum(url: string, outputs: ReleaseFile["outputs"]): ReleaseFile {
  return { url, checksum: { url: `${url}.sha256` }, outputs };
}

/** A checksum that is known before the download. */
function knownChecksum(name: string, version: string, arch: Arch): Checksum {
  const sha256 = publishedChecksums[name]?.[version]?.[arch];
  if (sha256 === undefined) {
    throw new Error(`upstream/published-checksums.ts: no sha256 of ${name} ${version} for ${arch}`);
  }
  return { sha256 };
}

/** The order is the order of making: what others wait for comes first. */
const clusterDefinitions = [
  {
    name: "pulumi",
    version: "3.259.0",
    versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
    release: pulumiRelease("pulumi"),
  },
  {
    // the last version that is a package of the SDK's module and not a module of its own
    name: "pulumi-language-nodejs",
    version: "3.68.0",
    releaseVersion: "3.259.0",
    release: pulumiRelease("pulumi-language-nodejs"),
  },
  {
    name: "etcd",
    version: "3.6.14",
    versionVariable: "go.etcd.io/etcd/api/v3/version.GitSHA",
    recipe: goTools({ rename: { server: "etcd" } }),
    outputs: etcdOutputs,
    release: (version, arch) => ({
      url: `${github}/etcd-io/etcd/releases/download/v${version}/etcd-v${version}-linux-${arch}.tar.gz`,
      checksum: knownChecksum("etcd", version, arch),
      outputs: members(`etcd-v${version}-linux-${arch}/`, etcdOutputs),
    }),
  },
  {
    name: "containerd",
    version: "2.3.4",
    versionVariable: "github.com/containerd/containerd/v2/version.Version",
    recipe: goTools({ tags: ["urfave_cli_no_docs"] }),
    outputs: containerdOutputs,
    release: (version, arch) => ({
      url: `${github}/containerd/containerd/releases/download/v${version}/containerd-${version}-linux-${arch}.tar.gz`,
      checksum: knownChecksum("containerd", version, arch),
      outputs: members("bin/", containerdOutputs),
    }),
  },
  {
    name: "runc",
    version: "1.5.2",
    recipe: staticGoTools({ tags: ["seccomp"] }),
    packages: ["gcc", "libc6-dev", "libseccomp-dev", "pkg-config"],
    release: (version, arch) => ({
      url: `${github}/opencontainers/runc/releases/download/v${version}/runc.${arch}`,
      checksum: {
        url: `${github}/opencontainers/runc/releases/download/v${version}/runc.sha256sum`,
      },
      outputs: { runc: undefined },
    }),
  },
  {
    name: "cni-plugins",
    version: "1.9.1",
    versionVariable: "github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion",
    outputs: cniOutputs,
    release: (version, arch) => ({
      url: `${github}/containernetworking/plugins/releases/download/v${version}/cni-plugins-linux-${arch}-v${version}.tgz`,
      checksum: knownChecksum("cni-plugins", version, arch),
      outputs: members("./", cniOutputs),
    }),
  },
  {
    // the last version inside the CNI project's own module; flannel's own repository continues it
    name: "flannel-cni",
    version: "0.9.1",
    versionVariable: "github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion",
    outputs: ["flannel"],
    release: (version, arch) =>
      besideChecksum(
        `${github}/containernetworking/plugins/releases/download/v${version}/cni-plugins-linux-${arch}-v${version}.tgz`,
        members("./", ["flannel"]),
      ),
  },
  {
    // stand-ins for the Pulumi plugins where the official ones cannot be had
    name: "plugins",
    version: "0.1.0",
    recipe: goTools({ target: ".", rename: { plugins: "plinth-plugins" } }),
    outputs: ["plinth-plugins"],
  },
  {
    name: "kubernetes",
    version: kubernetesVersion,
    // the tags of the official build: `grpcnotrace` lets the linker drop what is never called
    recipe: goTools({
      tags: ["selinux", "notest", "grpcnotrace"],
      ldflags: kubernetesVersionFlags(kubernetesVersion),
    }),
    outputs: kubernetesBinaries,
    release: (version, arch) =>
      kubernetesBinaries.map((output) =>
        besideChecksum(`https://dl.k8s.io/release/v${version}/bin/linux/${arch}/${output}`, {
          [output]: undefined,
        }),
      ),
  },
  {
    name: "crane",
    version: "0.22.1",
    versionVariable: "github.com/google/go-containerregistry/cmd/crane/cmd.Version",
    release: (version, arch) => {
      const at = `${github}/google/go-containerregistry/releases/download/v${version}`;
      return {
        url: `${at}/go-containerregistry_Linux_${arch === "amd64" ? "x86_64" : "arm64"}.tar.gz`,
        checksum: { url: `${at}/checksums.txt` },
        outputs: members("", ["crane"]),
      };
    },
  },
  {
    name: "registry",
    version: "3.1.2",
    versionVariable: "github.com/distribution/distribution/v3/version.version",
    release: (version, arch) =>
      besideChecksum(
        `${github}/distribution/distribution/releases/download/v${version}/registry_${version}_linux_${arch}.tar.gz`,
        members("", ["registry"]),
      ),
  },
  {
    name: "crictl",
    version: "1.36.0",
    versionVariable: "sigs.k8s.io/cri-tools/pkg/version.Version",
    release: (version, arch) => ({
      url: `${github}/kubernetes-sigs/cri-tools/releases/download/v${version}/crictl-v${version}-linux-${arch}.tar.gz`,
      checksum: knownChecksum("crictl", version, arch),
      outputs: members("", ["crictl"]),
    }),
  },
  {
    // built always: its releases carry no checksums; C is for the udp back end
    name: "flanneld",
    version: "0.28.9",
    versionVariable: "github.com/flannel-io/flannel/pkg/version.Version",
    recipe: staticGoTools({ rename: { flannel: "flanneld" } }),
    packages: ["gcc", "libc6-dev"],
  },
  {
    name: "coredns",
    version: "1.14.7",
    versionVariable: "github.com/coredns/coredns/coremain.GitCommit",
    recipe: goTools({ target: "." }),
    release: (version, arch) =>
      besideChecksum(
        `${github}/coredns/coredns/releases/download/v${version}/coredns_${version}_linux_${arch}.tgz`,
        members("", ["coredns"]),
      ),
  },
  {
    name: "pause",
    version: "1.0.0",
    recipe: { kind: "c", source: "pause.c", flags: ["-Os", "-static", "-s", "-Wall", "-Wextra"] },
    packages: ["gcc", "libc6-dev"],
  },
] as const satisfies readonly Definition<string>[];

const definitions = [...clusterDefinitions, ...addonDefinitions] as const;

/** Name of a product, as on the command line and in the cache. */
export type ProductName = (typeof definitions)[number]["name"];

/** Name of a product that every cluster needs. */
export type ClusterProductName = (typeof clusterDefinitions)[number]["name"];

/** Every product that Plinth makes or downloads, by name, in the order of making. */
export const products = Object.fromEntries(
  definitions.map((definition) => [definition.name, product(definition)]),
) as Readonly<Record<ProductName, Product>>; // fromEntries forgets which keys it was given

/** Every product's name, in the order of making. */
export const productNames: readonly ProductName[] = definitions.map(({ name }) => name);

/** Names of the products without which there is no cluster. */
export const clusterProductNames: readonly ClusterProductName[] = clusterDefinitions.map(
  ({ name }) => name,
);

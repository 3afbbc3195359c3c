import type { Architecture, ArtifactName } from "./catalogue";
import type { AddonDefinition } from "../config/model/addon-definition";
import type { ArtifactSource, CatalogueSource, DownloadSource } from "./catalogue-source";
import { kubernetesBinaries } from "../../upstream/kubernetes-binaries";
import { publishedChecksums } from "../../upstream/published-checksums";

/** Address of a download for one architecture. */
type OfficialUrl = (architecture: Architecture) => string;

const github = "https://github.com";

/** What add-ons bring to the catalogue. */
export type CatalogueAddon = Pick<AddonDefinition, "images" | "manifests">;

/**
 * Official sources of everything that a cluster with a Kubernetes release and any of these add-ons
 * needs. A download without a known checksum names upstream's checksum file, which stands beside it
 * as `<url>.sha256`.
 */
export function builtInCatalogue(
  kubernetesVersion: string,
  addons: readonly CatalogueAddon[],
): CatalogueSource {
  return {
    artifacts: {
      ...kubernetes(kubernetesVersion),
      etcd: etcd("3.6.14"),
      containerd: containerd("2.3.4"),
      runc: runc("1.4.3"),
      "cni-plugins": cniPlugins("1.9.1"),
      "flannel-cni": flannelCni("1.9.1-flannel1"),
      crictl: crictl("1.36.0"),
    },
    images: {
      pause: "registry.k8s.io/pause:3.10.1",
      ...together(addons.map(({ images }) => images)),
    },
    manifests: together(addons.map(({ manifests }) => manifests)),
  };
}

function together<Entry>(
  parts: readonly (Readonly<Record<string, Entry>> | undefined)[],
): Readonly<Record<string, Entry>> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part ?? {})));
}

function kubernetes(version: string): Record<(typeof kubernetesBinaries)[number], ArtifactSource> {
  const sources = kubernetesBinaries.map((name) => [
    name,
    artifact(
      name,
      version,
      (arch) => `https://dl.k8s.io/release/v${version}/bin/linux/${arch}/${name}`,
    ),
  ]);
  // fromEntries forgets which keys it was given
  return Object.fromEntries(sources) as Record<(typeof kubernetesBinaries)[number], ArtifactSource>;
}

function etcd(version: string): ArtifactSource {
  const folder = `etcd-v${version}-linux-{arch}`;
  return artifact(
    "etcd",
    version,
    (arch) =>
      `${github}/etcd-io/etcd/releases/download/v${version}/etcd-v${version}-linux-${arch}.tar.gz`,
    {
      etcd: `${folder}/etcd`,
      etcdctl: `${folder}/etcdctl`,
      etcdutl: `${folder}/etcdutl`,
    },
  );
}

function containerd(version: string): ArtifactSource {
  return artifact(
    "containerd",
    version,
    (arch) =>
      `${github}/containerd/containerd/releases/download/v${version}/containerd-${version}-linux-${arch}.tar.gz`,
    {
      containerd: "bin/containerd",
      "containerd-shim-runc-v2": "bin/containerd-shim-runc-v2",
      ctr: "bin/ctr",
    },
  );
}

function runc(version: string): ArtifactSource {
  return artifact(
    "runc",
    version,
    (arch) => `${github}/opencontainers/runc/releases/download/v${version}/runc.${arch}`,
  );
}

function cniPlugins(version: string): ArtifactSource {
  return artifact(
    "cni-plugins",
    version,
    (arch) =>
      `${github}/containernetworking/plugins/releases/download/v${version}/cni-plugins-linux-${arch}-v${version}.tgz`,
    {
      bridge: "./bridge",
      "host-local": "./host-local",
      loopback: "./loopback",
      portmap: "./portmap",
    },
  );
}

/** The archive, as upstream publishes no checksum of the bare binary beside it. */
function flannelCni(version: string): ArtifactSource {
  return artifact(
    "flannel-cni",
    version,
    (arch) =>
      `${github}/flannel-io/cni-plugin/releases/download/v${version}/cni-plugin-flannel-linux-${arch}-v${version}.tgz`,
    { flannel: "flannel-{arch}" },
  );
}

function crictl(version: string): ArtifactSource {
  return artifact(
    "crictl",
    version,
    (arch) =>
      `${github}/kubernetes-sigs/cri-tools/releases/download/v${version}/crictl-v${version}-linux-${arch}.tar.gz`,
    { crictl: "crictl" },
  );
}

function artifact(
  name: ArtifactName,
  version: string,
  url: OfficialUrl,
  members?: Readonly<Record<string, string>>,
): ArtifactSource {
  return {
    version,
    amd64: download(name, version, "amd64", url("amd64")),
    arm64: download(name, version, "arm64", url("arm64")),
    ...(members === undefined ? {} : { members }),
  };
}

function download(
  name: ArtifactName,
  version: string,
  architecture: Architecture,
  url: string,
): DownloadSource {
  const sha256 = publishedChecksums[name]?.[version]?.[architecture];
  return sha256 === undefined ? { url, checksumUrl: `${url}.sha256` } : { url, sha256 };
}

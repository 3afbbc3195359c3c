import type { Architecture, ArtifactName } from "./catalogue";
import type {
  ArtifactSource,
  CatalogueSource,
  DownloadSource,
  ManifestSource,
} from "./catalogue-source";
import { kubernetesBinaries } from "../../upstream/kubernetes-binaries";
import { publishedChecksums } from "../../upstream/published-checksums";

/** Address of a download for one architecture. */
type OfficialUrl = (architecture: Architecture) => string;

const github = "https://github.com";
const certManagerVersion = "1.21.2";

/**
 * Official sources of everything that a cluster with a Kubernetes release needs. A download without
 * a known checksum names upstream's checksum file, which stands beside it as `<url>.sha256`.
 */
export function builtInCatalogue(kubernetesVersion: string): CatalogueSource {
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
      coredns: "registry.k8s.io/coredns/coredns:v1.14.2",
      flannel: "ghcr.io/flannel-io/flannel:v0.28.9",
      "metrics-server": "registry.k8s.io/metrics-server/metrics-server:v0.9.0",
      "local-path-provisioner": "docker.io/rancher/local-path-provisioner:v0.0.30",
      busybox: "docker.io/library/busybox:1.37.0",
      traefik: "docker.io/library/traefik:v3.6.12",
      "http-echo": "docker.io/hashicorp/http-echo:1.0.0",
      "metallb-controller": "quay.io/metallb/controller:v0.16.1",
      "metallb-speaker": "quay.io/metallb/speaker:v0.16.1",
      "cert-manager-controller": certManagerImage("controller"),
      "cert-manager-webhook": certManagerImage("webhook"),
      "cert-manager-cainjector": certManagerImage("cainjector"),
      "cert-manager-acmesolver": certManagerImage("acmesolver"),
      prometheus: "quay.io/prometheus/prometheus:v3.14.0",
      alertmanager: "quay.io/prometheus/alertmanager:v0.31.1",
      "node-exporter": "quay.io/prometheus/node-exporter:v1.12.1",
      "kube-state-metrics": "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
      grafana: "docker.io/grafana/grafana:12.4.2",
    },
    manifests: {
      // the release that Traefik's own module requires
      "gateway-api": gatewayApi("1.4.0"),
      "metallb-native": metallb(
        "0.16.1",
        "bf25feebb7582ca7df845efd52ffbc2960d6cbf4cfc972f47fded9f788b67f0b",
      ),
      "cert-manager": {
        version: certManagerVersion,
        url: `${github}/cert-manager/cert-manager/releases/download/v${certManagerVersion}/cert-manager.yaml`,
      },
    },
  };
}

function certManagerImage(name: string): string {
  return `quay.io/jetstack/cert-manager-${name}:v${certManagerVersion}`;
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

/** Its standard channel: what is experimental may be withdrawn. */
function gatewayApi(version: string): ManifestSource {
  const releases = `${github}/kubernetes-sigs/gateway-api/releases/download`;
  return { version, url: `${releases}/v${version}/standard-install.yaml` };
}

/** With BGP of its own, without FRR. */
function metallb(version: string, sha256: string): ManifestSource {
  const files = "https://raw.githubusercontent.com/metallb/metallb";
  return { version, url: `${files}/v${version}/config/manifests/metallb-native.yaml`, sha256 };
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

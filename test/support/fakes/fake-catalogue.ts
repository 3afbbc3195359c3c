import { createHash } from "node:crypto";
import {
  artifactNames,
  type Artifact,
  type ArtifactName,
  type Catalogue,
} from "../../../components/catalogue/catalogue";

/** Binaries of the artifacts that are archives. */
const archives: Partial<Record<ArtifactName, readonly string[]>> = {
  etcd: ["etcd", "etcdctl", "etcdutl"],
  containerd: ["containerd", "containerd-shim-runc-v2", "ctr"],
  crictl: ["crictl"],
  "cni-plugins": ["bridge", "host-local", "loopback", "portmap"],
  "flannel-cni": ["flannel"],
};

/** Every artifact and image under invented addresses, with checksums that depend on the name alone. */
export const fakeCatalogue: Catalogue = {
  // fromEntries forgets the names of the keys
  artifacts: Object.fromEntries(
    artifactNames.map((name) => [name, artifact(name)]),
  ) as unknown as Catalogue["artifacts"],
  images: {
    pause: "registry.example/pause:1.0",
    coredns: "registry.example/coredns:1.0",
    flannel: "registry.example/flannel:1.0",
    "metrics-server": "registry.example/metrics-server:1.0",
    "local-path-provisioner": "registry.example/local-path-provisioner:1.0",
    busybox: "registry.example/busybox:1.0",
    traefik: "registry.example/traefik:1.0",
    "http-echo": "registry.example/http-echo:1.0",
    "metallb-controller": "registry.example/metallb-controller:1.0",
    "metallb-speaker": "registry.example/metallb-speaker:1.0",
    "cert-manager-controller": "registry.example/cert-manager-controller:1.0",
    "cert-manager-webhook": "registry.example/cert-manager-webhook:1.0",
    "cert-manager-cainjector": "registry.example/cert-manager-cainjector:1.0",
    "cert-manager-acmesolver": "registry.example/cert-manager-acmesolver:1.0",
    prometheus: "registry.example/prometheus:1.0",
    alertmanager: "registry.example/alertmanager:1.0",
    "node-exporter": "registry.example/node-exporter:1.0",
    "kube-state-metrics": "registry.example/kube-state-metrics:1.0",
    grafana: "registry.example/grafana:1.0",
  },
  manifests: {},
};

/** What a manifest would bring. */
export const fakeDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gateways.gateway.networking.k8s.io" },
  spec: { group: "gateway.networking.k8s.io" },
};

/** As in cert-manager's: what is changed in it, and what is not. */
export const fakeCertManager = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "cert-manager" } },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "clusterissuers.cert-manager.io" },
    spec: { group: "cert-manager.io" },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "cert-manager:leaderelection", namespace: "kube-system" },
    rules: [],
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "cert-manager", namespace: "cert-manager" },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: "cert-manager-controller",
              image: "quay.io/jetstack/cert-manager-controller:v1",
              args: [
                "--v=2",
                "--leader-election-namespace=kube-system",
                "--acme-http01-solver-image=quay.io/jetstack/cert-manager-acmesolver:v1",
              ],
              securityContext: { allowPrivilegeEscalation: false },
            },
          ],
        },
      },
    },
  },
];

/** As in MetalLB's: the pods whose images are replaced, and a kind whose objects are refused without it. */
export const fakeMetalLb = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "metallb-system" } },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "ipaddresspools.metallb.io" },
    spec: { group: "metallb.io" },
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "speaker", namespace: "metallb-system" },
  },
  metalLbWorkload("Deployment", "controller"),
  metalLbWorkload("DaemonSet", "speaker"),
];

function metalLbWorkload(kind: "Deployment" | "DaemonSet", name: string) {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "metallb-system" },
    spec: {
      template: {
        spec: {
          containers: [{ name, image: `quay.io/metallb/${name}:v1`, args: ["--port=7472"] }],
        },
      },
    },
  };
}

function artifact(name: ArtifactName): Artifact {
  const binaries = archives[name];
  const download = (architecture: string) => ({
    url: `https://artifacts.example/${name}-${architecture}${binaries === undefined ? "" : ".tgz"}`,
    sha256: createHash("sha256").update(`${name}-${architecture}`).digest("hex"),
  });
  return {
    version: "1.0.0",
    amd64: download("amd64"),
    arm64: download("arm64"),
    ...(binaries === undefined
      ? {}
      : { members: Object.fromEntries(binaries.map((binary) => [binary, `bin/${binary}`])) }),
  };
}

import { createHash } from "node:crypto";
import { registry } from "../../../addons/registry";
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
    pause: fakeImage("pause"),
    ...Object.fromEntries(
      registry
        .flatMap(({ images }) => Object.keys(images ?? {}))
        .map((name) => [name, fakeImage(name)]),
    ),
  },
  manifests: {},
};

/** The image of a name in {@link fakeCatalogue}. */
export function fakeImage(name: string): string {
  return `registry.example/${name}:1.0`;
}

/** Those of an add-on, by their names. */
export function fakeImages<Name extends string>(
  own: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const entries = Object.keys(own).map((name) => [name, fakeImage(name)]);
  return Object.fromEntries(entries) as Record<Name, string>; // the names of `own`
}

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

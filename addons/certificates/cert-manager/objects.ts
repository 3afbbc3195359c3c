import type { Input } from "@pulumi/pulumi";
import type { ManifestObject } from "../../../components/catalogue/upstream-manifests";
import type { AddonObject } from "../../kit/addon-object";
import { secret } from "../../kit/kinds";
import { restrictedContainer } from "../../kit/restricted-pod";
import { upstreamObjects } from "../../kit/upstream-objects";
import type { CertManagerImages } from "./downloads";

/** Of all of cert-manager's namespaced objects, as upstream names it. */
const namespace = "cert-manager";

/** Name of the Secret with the authority of workloads. */
export const workloadsSecret = "workloads-ca";

interface Container {
  image: string;
  args: string[];
  resources: object;
  securityContext: object;
}

interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: { enableServiceLinks: boolean; readonly containers: [Container] };
    };
  };
}

/** Upstream's objects as Plinth wants them. */
export function certManagerObjects(
  manifest: readonly ManifestObject[],
  images: CertManagerImages,
): readonly AddonObject[] {
  return upstreamObjects(certManagerManifest(manifest, images));
}

/**
 * Upstream's objects as Plinth wants them, whatever their version: pods of the restricted level with
 * limits and the catalogue's images, and all that is namespaced in cert-manager's own namespace.
 */
export function certManagerManifest(
  manifest: readonly ManifestObject[],
  images: CertManagerImages,
): readonly ManifestObject[] {
  return manifest.map((object) => adaptedObject(object, images));
}

/** The authority of workloads for the issuers that sign with it, where there is one. */
export function workloadsAuthority(
  authority: { readonly certPem: Input<string>; readonly keyPem: Input<string> } | undefined,
  after: readonly string[],
): readonly AddonObject[] {
  if (authority === undefined) return [];
  const object = secret(
    { name: workloadsSecret, namespace },
    {
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": authority.certPem, "tls.key": authority.keyPem },
    },
  );
  return [{ name: "workloads-ca", object, after }];
}

function adaptedObject(object: ManifestObject, images: CertManagerImages): ManifestObject {
  const { kind, metadata } = object;
  if (kind === "Namespace") {
    const labels = { ...metadata.labels, "pod-security.kubernetes.io/enforce": "restricted" };
    return { ...object, metadata: { ...metadata, labels } };
  }
  // the leases by which its pods agree on a leader
  if (metadata.namespace === "kube-system") {
    return { ...object, metadata: { ...metadata, namespace } };
  }
  return kind === "Deployment" ? withLimits(object, images) : object;
}

function withLimits(object: ManifestObject, images: CertManagerImages): ManifestObject {
  const pods = ownPods(images);
  const own = pods[object.metadata.name];
  if (own === undefined) {
    const expected = Object.keys(pods).join(", ");
    throw new Error(
      `cert-manager's manifest: got Deployment ${object.metadata.name}, expected ${expected}`,
    );
  }
  const workload = structuredClone(object) as ManifestObject & Workload; // of this kind
  const { spec } = workload.spec.template;
  const [container] = spec.containers;
  const flag = (argument: string) => argument.replace(/=.*/, "");
  const replaced = own.args.map(flag);
  spec.enableServiceLinks = false;
  container.image = own.image;
  container.args = [
    ...container.args.filter((each) => !replaced.includes(flag(each))),
    ...own.args,
  ];
  container.resources = {
    requests: { cpu: "10m", memory: own.memory.request },
    limits: { memory: own.memory.limit },
  };
  container.securityContext = restrictedContainer;
  return workload;
}

interface OwnPod {
  readonly image: string;
  readonly memory: { readonly request: string; readonly limit: string };
  /** In place of upstream's for the same flags. */
  readonly args: readonly string[];
}

/** What Plinth says of pods, by name of their Deployment. */
function ownPods(images: CertManagerImages): Readonly<Record<string, OwnPod>> {
  const leases = `--leader-election-namespace=${namespace}`;
  const solver = "--acme-http01-solver";
  return {
    "cert-manager": {
      image: images["cert-manager-controller"],
      // it keeps all Secrets of the cluster, as the next one does
      memory: { request: "48Mi", limit: "256Mi" },
      args: [
        leases,
        `${solver}-image=${images["cert-manager-acmesolver"]}`,
        `${solver}-resource-request-memory=16Mi`,
        `${solver}-resource-limits-memory=64Mi`,
      ],
    },
    "cert-manager-cainjector": {
      image: images["cert-manager-cainjector"],
      memory: { request: "48Mi", limit: "256Mi" },
      args: [leases],
    },
    "cert-manager-webhook": {
      image: images["cert-manager-webhook"],
      memory: { request: "24Mi", limit: "128Mi" },
      args: [],
    },
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, loadAll } from "js-yaml";
import { certManagerImages } from "../../../addons/certificates/cert-manager/downloads";
import { certManagerManifest } from "../../../addons/certificates/cert-manager/objects";
import { clusterIssuer } from "../../../addons/certificates/cert-manager/cluster-issuer";
import { sampleAppCertificate } from "../../../addons/ingress/sample-app/objects";
import type { ManifestObject } from "../../../components/catalogue/upstream-manifests";
import { toolFolder } from "../lab/tool-folder";

/** A Deployment, as far as it is looked at. */
export interface PodTemplate extends ManifestObject {
  readonly spec: {
    readonly template: {
      readonly metadata: object;
      readonly spec: { readonly containers: readonly Container[] };
    };
  };
}

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly resources: object;
  readonly securityContext: object;
}

/** cert-manager's objects as Plinth applies them, in the order in which an API server can judge them. */
export interface CertManagerVersion {
  /** What all others need to be there. */
  readonly first: readonly object[];
  readonly deployments: readonly PodTemplate[];
  readonly others: readonly object[];
  /** One of each Deployment, whose admission is the pods' own. */
  readonly pods: readonly object[];
  /** Objects of its kinds. */
  readonly ours: readonly object[];
}

/** The version that the lab runs, and the one that users get. */
export async function certManagerVersions(): Promise<
  Readonly<Record<"lab" | "newest", CertManagerVersion>>
> {
  return {
    lab: version(await toolFolder("cert-manager-manifest")),
    newest: version(await toolFolder("cert-manager-newest-manifest")),
  };
}

function version(folder: string): CertManagerVersion {
  const text = readFileSync(join(folder, "cert-manager.yaml"), "utf8");
  const documents = loadAll(text, undefined, { schema: CORE_SCHEMA }).filter(Boolean);
  const objects = certManagerManifest(
    documents as ManifestObject[], // upstream's
    certManagerImages,
  );
  const needed = ["Namespace", "CustomResourceDefinition", "ServiceAccount"];
  const deployments = objects.filter(({ kind }) => kind === "Deployment") as PodTemplate[];
  return {
    first: objects.filter(({ kind }) => needed.includes(kind)),
    deployments,
    others: objects.filter(({ kind }) => !needed.includes(kind)),
    pods: deployments.map(({ metadata, spec: { template } }) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: metadata.name, namespace: "cert-manager", ...template.metadata },
      spec: template.spec,
    })),
    ours: [
      clusterIssuer("own", { ca: "cluster" }, undefined),
      clusterIssuer("acme", { acme }, "-----BEGIN CERTIFICATE-----"),
      {
        ...sampleAppCertificate("a.example", "own"),
        metadata: { name: "a", namespace: "default" },
      },
    ],
  };
}

const acme = {
  server: "https://acme.example/directory",
  email: "ops@example.org",
  ingressClass: "traefik",
};

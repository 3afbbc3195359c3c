import * as pulumi from "@pulumi/pulumi";
import type { ManifestObject } from "../../components/catalogue/upstream-manifests";
import { ourLabels } from "./labelled-objects";

/** Kinds that others of a manifest lie in or are of. */
const first = ["Namespace", "CustomResourceDefinition"];
/** Kinds whose pods need all others. */
const last = ["Deployment", "DaemonSet"];

/** All objects of an upstream manifest as upstream wrote them, those with pods after all others. */
export function upstreamObjects(
  resourceName: string,
  objects: readonly ManifestObject[],
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const made = (
    wanted: (kind: string) => boolean,
    dependsOn: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] =>
    objects
      .filter(({ kind }) => wanted(kind))
      .map((object) => {
        const name = `${resourceName}-${object.kind.toLowerCase()}-${object.metadata.name}`;
        return new UpstreamObject(name, object, { ...child, dependsOn: [...dependsOn] });
      });
  const early = made((kind) => first.includes(kind), []);
  const middle = made((kind) => !first.includes(kind) && !last.includes(kind), early);
  const late = made((kind) => last.includes(kind), [...early, ...middle]);
  return [...early, ...middle, ...late];
}

/** An object of whatever kind, as the SDK's own class of that kind would register it. */
class UpstreamObject extends pulumi.CustomResource {
  constructor(name: string, object: ManifestObject, opts: pulumi.CustomResourceOptions) {
    const { apiVersion, kind } = object;
    const groupVersion = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    const secrets = kind === "Secret" ? { additionalSecretOutputs: ["data", "stringData"] } : {};
    super(`kubernetes:${groupVersion}:${kind}`, name, labelled(object), { ...opts, ...secrets });
  }
}

/** Definitions are told from those of others when they are to go. */
function labelled(object: ManifestObject): ManifestObject {
  if (object.kind !== "CustomResourceDefinition") return object;
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...ourLabels } } };
}

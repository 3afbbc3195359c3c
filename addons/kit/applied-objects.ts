import * as pulumi from "@pulumi/pulumi";
import type { AddonObject, KubernetesObject } from "./addon-object";

/** The resources of an add-on's objects, by the names that the objects have there, and those `before`. */
export function appliedObjects(
  resourceName: string,
  objects: readonly AddonObject[],
  child: pulumi.CustomResourceOptions,
  before: ReadonlyMap<string, pulumi.CustomResource> = new Map(),
): ReadonlyMap<string, pulumi.CustomResource> {
  const made = new Map(before);
  const earlier = (name: string, needed: string) => {
    const resource = made.get(needed);
    if (resource !== undefined) return resource;
    throw new Error(
      `${name} comes after ${needed}, expected one of ${[...made.keys()].join(", ")}`,
    );
  };
  for (const { name, object, after, deletedWith } of objects) {
    const opts = {
      ...child,
      ...(after === undefined ? {} : { dependsOn: after.map((needed) => earlier(name, needed)) }),
      ...(deletedWith === undefined ? {} : { deletedWith: earlier(name, deletedWith) }),
    };
    made.set(name, new AppliedObject(`${resourceName}-${name}`, object, opts));
  }
  return made;
}

/** An object of whatever kind, as the SDK's own class of that kind would register it. */
class AppliedObject extends pulumi.CustomResource {
  constructor(name: string, object: KubernetesObject, opts: pulumi.CustomResourceOptions) {
    const { apiVersion, kind } = object;
    const groupVersion = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    const secrets = kind === "Secret" ? { additionalSecretOutputs: secretFields } : {};
    super(`kubernetes:${groupVersion}:${kind}`, name, withSecrets(object), { ...opts, ...secrets });
  }
}

const secretFields = ["data", "stringData"];

/** All of what a Secret holds is secret, its certificates as well as its keys. */
function withSecrets(object: KubernetesObject): pulumi.Inputs {
  if (object.kind !== "Secret") return { ...object };
  const fields = Object.entries(object).map(([field, value]: [string, unknown]) => [
    field,
    secretFields.includes(field) ? pulumi.secret(value) : value,
  ]);
  return Object.fromEntries(fields) as pulumi.Inputs; // the fields of an object
}

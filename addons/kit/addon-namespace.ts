import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Makes a namespace whose pods are held to a Pod Security level, and gives the options of what lies
 * in it. https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function ownNamespace(
  resourceName: string,
  name: string,
  level: "privileged" | "restricted",
  child: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions & { readonly dependsOn: [kubernetes.core.v1.Namespace] } {
  const labels = { "pod-security.kubernetes.io/enforce": level };
  const namespace = new kubernetes.core.v1.Namespace(
    `${resourceName}-namespace`,
    { metadata: { name, labels } },
    child,
  );
  return { ...child, dependsOn: [namespace] };
}

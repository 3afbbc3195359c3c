import type { AddonObject } from "./addon-object";
import { namespace } from "./kinds";

/**
 * The namespace of an add-on, whose pods are held to a Pod Security level; `name` is that of its
 * resource. https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function addonNamespace(
  namespaceName: string,
  level: "privileged" | "restricted",
  name = "namespace",
): AddonObject {
  const labels = { "pod-security.kubernetes.io/enforce": level };
  return { name, object: namespace({ name: namespaceName, labels }, {}) };
}

import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** What an add-on's pods are towards the API. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** What an account is granted, and the name that the grant has. */
export interface Grant {
  readonly role: string;
  readonly rules: readonly kubernetes.types.input.rbac.v1.PolicyRule[];
}

/** An account with rights in the whole cluster. */
export function clusterAccess(
  resourceName: string,
  account: Account,
  { role, rules }: Grant,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return [
    new kubernetes.core.v1.ServiceAccount(
      `${resourceName}-service-account`,
      { metadata: { ...account } },
      inNamespace,
    ),
    new kubernetes.rbac.v1.ClusterRole(
      `${resourceName}-cluster-role`,
      { metadata: { name: role }, rules: [...rules] },
      child,
    ),
    new kubernetes.rbac.v1.ClusterRoleBinding(
      `${resourceName}-cluster-role-binding`,
      { metadata: { name: role }, ...binding("ClusterRole", role, account) },
      child,
    ),
  ];
}

/** Rights of an account in one namespace. */
export function namespaceAccess(
  resourceName: string,
  account: Account,
  { role, namespace, rules }: Grant & { readonly namespace: string },
  inNamespace: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const metadata = { name: role, namespace };
  return [
    new kubernetes.rbac.v1.Role(
      `${resourceName}-role`,
      { metadata, rules: [...rules] },
      inNamespace,
    ),
    new kubernetes.rbac.v1.RoleBinding(
      `${resourceName}-role-binding`,
      { metadata, ...binding("Role", role, account) },
      inNamespace,
    ),
  ];
}

/** What of a binding says which role it gives to an account. */
export function binding(kind: "Role" | "ClusterRole", role: string, account: Account) {
  return {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: role },
    subjects: [{ kind: "ServiceAccount", ...account }],
  };
}

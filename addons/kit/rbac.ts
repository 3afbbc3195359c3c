import type { types } from "@pulumi/kubernetes";
import type { AddonObject } from "./addon-object";
import { clusterRole, clusterRoleBinding, role, roleBinding, serviceAccount } from "./kinds";

/** What an add-on's pods are towards the API. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** What an account is granted, and the name that the grant has. */
export interface Grant {
  readonly role: string;
  readonly rules: readonly types.input.rbac.v1.PolicyRule[];
}

/** Where objects of a part of an add-on stand among the others. */
export interface Place {
  /** What their names begin with, where the add-on has several parts. */
  readonly prefix?: "" | `${string}-`;
  /** Names of what those in a namespace come after: the namespace, where the add-on makes it. */
  readonly after?: readonly string[];
}

/** An account with rights in the whole cluster. */
export function clusterAccess(
  account: Account,
  grant: Grant,
  { prefix = "", ...inNamespace }: Place = {},
): readonly AddonObject[] {
  const metadata = { name: grant.role };
  return [
    {
      name: `${prefix}service-account`,
      object: serviceAccount({ ...account }, {}),
      ...inNamespace,
    },
    {
      name: `${prefix}cluster-role`,
      object: clusterRole(metadata, { rules: [...grant.rules] }),
    },
    {
      name: `${prefix}cluster-role-binding`,
      object: clusterRoleBinding(metadata, roleOf("ClusterRole", grant.role, account)),
    },
  ];
}

/** Rights of an account in one namespace. */
export function namespaceAccess(
  account: Account,
  { role: name, namespace, rules }: Grant & { readonly namespace: string },
  { prefix = "", ...inNamespace }: Place = {},
): readonly AddonObject[] {
  const metadata = { name, namespace };
  return [
    { name: `${prefix}role`, object: role(metadata, { rules: [...rules] }), ...inNamespace },
    {
      name: `${prefix}role-binding`,
      object: roleBinding(metadata, roleOf("Role", name, account)),
      ...inNamespace,
    },
  ];
}

/** What of a binding says which role it gives to an account. */
export function roleOf(kind: "Role" | "ClusterRole", name: string, account: Account) {
  return {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
    subjects: [{ kind: "ServiceAccount", ...account }],
  };
}

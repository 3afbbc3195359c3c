import type * as pulumi from "@pulumi/pulumi";
import type { AddonObject } from "../kit/addon-object";
import { appliedObjects } from "../kit/applied-objects";
import { clusterRoleBinding } from "../kit/kinds";

/** API servers may use the kubelets' API (logs, exec, metrics), and nothing more than that. */
export function kubeletApiAccess(name: string, opts: pulumi.CustomResourceOptions): void {
  appliedObjects(name, [kubeletApiBinding], opts);
}

const apiGroup = "rbac.authorization.k8s.io";

/** The binding of the user that API servers are to kubelets. */
export const kubeletApiBinding: AddonObject = {
  name: "kubelet-api-access",
  object: clusterRoleBinding(
    { name: "plinth:kube-apiserver-kubelet-client" },
    {
      roleRef: { apiGroup, kind: "ClusterRole", name: "system:kubelet-api-admin" },
      subjects: [{ apiGroup, kind: "User", name: "kube-apiserver-kubelet-client" }],
    },
  ),
};

import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** API servers may use the kubelets' API (logs, exec, metrics), and nothing more than that. */
export function kubeletApiAccess(name: string, opts: pulumi.CustomResourceOptions): void {
  new kubernetes.rbac.v1.ClusterRoleBinding(
    `${name}-kubelet-api-access`,
    {
      metadata: { name: "plinth:kube-apiserver-kubelet-client" },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "system:kubelet-api-admin",
      },
      subjects: [
        {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "User",
          name: "kube-apiserver-kubelet-client",
        },
      ],
    },
    opts,
  );
}

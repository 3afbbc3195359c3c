import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespace } from "./names";

const name = "prometheus";
const apiGroup = "rbac.authorization.k8s.io";
const subjects = [{ kind: "ServiceAccount", name, namespace }];
const finding = ["get", "list", "watch"];

/** Prometheus' account: it finds nodes and CoreDNS's pods, and reads metrics, nothing else. */
export function prometheusAccess(
  resourceName: string,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return [
    new kubernetes.core.v1.ServiceAccount(
      `${resourceName}-service-account`,
      { metadata: { name, namespace } },
      inNamespace,
    ),
    new kubernetes.rbac.v1.ClusterRole(
      `${resourceName}-cluster-role`,
      {
        metadata: { name: "plinth:prometheus" },
        rules: [
          { apiGroups: [""], resources: ["nodes"], verbs: finding },
          // the kubelets': their logs, pods and exec are other resources
          { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
          // those of API servers, controller managers and schedulers
          { nonResourceURLs: ["/metrics"], verbs: ["get"] },
        ],
      },
      child,
    ),
    new kubernetes.rbac.v1.ClusterRoleBinding(
      `${resourceName}-cluster-role-binding`,
      {
        metadata: { name: "plinth:prometheus" },
        roleRef: { apiGroup, kind: "ClusterRole", name: "plinth:prometheus" },
        subjects,
      },
      child,
    ),
    new kubernetes.rbac.v1.Role(
      `${resourceName}-role`,
      {
        metadata: { name: "plinth:prometheus", namespace: "kube-system" },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: finding }],
      },
      child,
    ),
    new kubernetes.rbac.v1.RoleBinding(
      `${resourceName}-role-binding`,
      {
        metadata: { name: "plinth:prometheus", namespace: "kube-system" },
        roleRef: { apiGroup, kind: "Role", name: "plinth:prometheus" },
        subjects,
      },
      child,
    ),
  ];
}

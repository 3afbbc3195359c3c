import type { ClusterConfig } from "../config/model/cluster-config";

type Rules = ClusterConfig["controlPlane"]["audit"]["rules"];

/** The API server's audit policy: the first rule that fits a request decides. */
export function auditPolicy(rules: Rules): object {
  return { ...ownPolicy, rules: [...rules, ...ownPolicy.rules] };
}

/**
 * Who changed what, without the bodies of secrets and tokens, and without the components' own chatter.
 * https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
const ownPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "None",
      nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version", "/openapi/*"],
    },
    {
      level: "None",
      users: ["system:kube-proxy"],
      verbs: ["watch", "list", "get"],
    },
    {
      level: "None",
      verbs: ["get", "update"],
      resources: [{ group: "coordination.k8s.io", resources: ["leases"] }],
    },
    {
      level: "None",
      userGroups: ["system:nodes"],
      verbs: ["get", "list", "watch", "patch"],
      resources: [{ group: "", resources: ["nodes", "nodes/status", "pods", "pods/status"] }],
    },
    { level: "None", resources: [{ group: "", resources: ["events"] }] },
    { level: "None", resources: [{ group: "events.k8s.io", resources: ["events"] }] },
    {
      level: "Metadata",
      resources: [
        { group: "", resources: ["secrets", "configmaps", "serviceaccounts/token"] },
        { group: "authentication.k8s.io", resources: ["tokenreviews"] },
      ],
    },
    { level: "Metadata", verbs: ["get", "list", "watch"] },
    { level: "Request", verbs: ["create", "update", "patch", "delete", "deletecollection"] },
    { level: "Metadata" },
  ],
};

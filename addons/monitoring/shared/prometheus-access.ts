import type * as pulumi from "@pulumi/pulumi";
import { clusterAccess, namespaceAccess } from "../../kit/rbac";
import { namespace } from "./ports-and-names";

const account = { name: "prometheus", namespace };
const role = "plinth:prometheus";
const finding = ["get", "list", "watch"];

const rules = [
  { apiGroups: [""], resources: ["nodes"], verbs: finding },
  // the kubelets': their logs, pods and exec are other resources
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  // those of API servers, controller managers and schedulers
  { nonResourceURLs: ["/metrics"], verbs: ["get"] },
];

const podRules = [{ apiGroups: [""], resources: ["pods"], verbs: finding }];

/** Prometheus' account: it finds nodes and pods of some namespaces, and reads metrics, nothing else. */
export function prometheusAccess(
  resourceName: string,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return [
    ...clusterAccess(resourceName, account, { role, rules }, inNamespace, child),
    // CoreDNS's
    ...podsFound(resourceName, "kube-system", child),
  ];
}

/** Lets Prometheus find the pods of a namespace, which whoever makes that one calls. */
export function podsFound(
  resourceName: string,
  podNamespace: string,
  inNamespace: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const grant = { role, namespace: podNamespace, rules: podRules };
  return namespaceAccess(resourceName, account, grant, inNamespace);
}

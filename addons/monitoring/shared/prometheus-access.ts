import type { AddonObject } from "../../kit/addon-object";
import { clusterAccess, namespaceAccess, type Place } from "../../kit/rbac";
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
export function prometheusAccess(after: readonly string[]): readonly AddonObject[] {
  return [
    ...clusterAccess(account, { role, rules }, { prefix: "prometheus-", after }),
    // CoreDNS's
    ...podDiscovery("kube-system", { prefix: "prometheus-" }),
  ];
}

/** Lets Prometheus find the pods of a namespace, which whoever makes that one calls. */
export function podDiscovery(podNamespace: string, place: Place): readonly AddonObject[] {
  return namespaceAccess(account, { role, namespace: podNamespace, rules: podRules }, place);
}

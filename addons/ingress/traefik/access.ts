import type { Addons } from "../../../components/config/model/addon-definition";
import type { AddonObject } from "../../kit/addon-object";
import { clusterAccess } from "../../kit/rbac";
import { podDiscovery } from "../../monitoring/shared/prometheus-access";
import { namespace } from "./arguments";

const name = "traefik";
const reading = ["get", "list", "watch"];
const networking = "networking.k8s.io";
const gateways = "gateway.networking.k8s.io";

/** What Traefik's kubernetesIngress provider reads: certificates are in secrets of any namespace. */
const ingressRules = [
  { apiGroups: [""], resources: ["services", "secrets", "nodes"], verbs: reading },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  { apiGroups: [networking], resources: ["ingresses", "ingressclasses"], verbs: reading },
  { apiGroups: [networking], resources: ["ingresses/status"], verbs: ["update"] },
];

const gatewayKinds = ["gatewayclasses", "gateways", "httproutes", "grpcroutes", "referencegrants"];
const policyKinds = ["backendtlspolicies"];

/** https://doc.traefik.io/traefik/v3.6/reference/install-configuration/providers/kubernetes/kubernetes-gateway/ */
const gatewayRules = [
  { apiGroups: [""], resources: ["namespaces"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: reading },
  { apiGroups: [gateways], resources: [...gatewayKinds, ...policyKinds], verbs: reading },
  {
    apiGroups: [gateways],
    resources: [...gatewayKinds, ...policyKinds]
      .filter((kind) => kind !== "referencegrants")
      .map((kind) => `${kind}/status`),
    verbs: ["update"],
  },
];

/** Traefik's identity and its rights; nothing it asks for lets it change what it serves. */
export function traefikAccess(
  { traefik, monitoring }: Pick<Addons, "traefik" | "monitoring">,
  after: readonly string[],
): readonly AddonObject[] {
  const rules = traefik.gateway ? [...ingressRules, ...gatewayRules] : ingressRules;
  return [
    ...clusterAccess({ name, namespace }, { role: name, rules }, { after }),
    ...(monitoring.enabled ? podDiscovery(namespace, { prefix: "prometheus-", after }) : []),
  ];
}

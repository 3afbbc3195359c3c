import type * as pulumi from "@pulumi/pulumi";
import type { AddonsConfig } from "../../../components/config/model/addons-config";
import { clusterAccess } from "../../kit/rbac";
import { podsFound } from "../../monitoring/shared/prometheus-access";
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
  resourceName: string,
  { traefik, monitoring }: Pick<AddonsConfig, "traefik" | "monitoring">,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const rules = traefik.gateway ? [...ingressRules, ...gatewayRules] : ingressRules;
  const account = { name, namespace };
  return [
    ...clusterAccess(resourceName, account, { role: name, rules }, inNamespace, child),
    ...(monitoring.enabled ? podsFound(`${resourceName}-prometheus`, namespace, inNamespace) : []),
  ];
}

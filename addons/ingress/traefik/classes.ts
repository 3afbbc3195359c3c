import type { Addons } from "../../../components/config/model/addon-definition";
import type { AddonObject } from "../../kit/addon-object";
import { ingressClass as ingressClassObject } from "../../kit/kinds";
import { ourLabels } from "../../kit/labelled-objects";
import { ingressClass } from "./arguments";

/** What Ingresses and Gateways name to be served by Traefik. */
export function traefikClasses({
  defaultClass,
  gateway,
}: Addons["traefik"]): readonly AddonObject[] {
  const annotations = { "ingressclass.kubernetes.io/is-default-class": String(defaultClass) };
  const forIngresses = {
    name: "ingress-class",
    object: ingressClassObject(
      { name: ingressClass, annotations },
      { spec: { controller: "traefik.io/ingress-controller" } },
    ),
  };
  if (!gateway) return [forIngresses];
  const forGateways = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: ingressClass, labels: ourLabels },
    spec: { controllerName: "traefik.io/gateway-controller" },
  };
  return [forIngresses, { name: "gateway-class", object: forGateways }];
}

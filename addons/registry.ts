import { certManagerAddon } from "./certificates/cert-manager/addon";
import { coreDnsAddon } from "./dns/coredns/addon";
import { gatewayApiAddon } from "./ingress/gateway-api/addon";
import { sampleAppAddon } from "./ingress/sample-app/addon";
import { traefikAddon } from "./ingress/traefik/addon";
import type { Addon } from "./shape/addon";
import { metalLbAddon } from "./load-balancer/metallb/addon";
import { metricsServerAddon } from "./metrics/metrics-server/addon";
import { monitoringAddon } from "./monitoring/addon";
import { flannelAddon } from "./network/flannel/addon";
import { localPathAddon } from "./storage/local-path/addon";

/** Every add-on, in the order of their keys in the documents. */
export const registry: readonly Addon[] = [
  flannelAddon,
  coreDnsAddon,
  metricsServerAddon,
  gatewayApiAddon,
  traefikAddon,
  sampleAppAddon,
  certManagerAddon,
  metalLbAddon,
  monitoringAddon,
  localPathAddon,
];

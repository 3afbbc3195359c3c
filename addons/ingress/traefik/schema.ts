import { z } from "zod";

import * as value from "../../../components/config/schema/value-schemas";

const ports = (http: number, https: number) =>
  z
    .strictObject({
      http: value.port.default(http).describe("Port of HTTP."),
      https: value.port.default(https).describe("Port of HTTPS."),
    })
    .prefault({});

/** The key `addons.traefik`. */
export const traefikSchema = z
  .strictObject({
    enabled: value.boolean().default(false).describe("Serve Ingresses from outside the cluster."),
    exposure: z
      .enum(["hostPorts", "nodePorts", "loadBalancer"])
      .default("hostPorts")
      .describe(
        "How it is reached: ports of the chosen hosts themselves, ports of every node for a balancer of your own, or a service of type LoadBalancer. Only host ports close while a host's Traefik is replaced, for some seconds.",
      ),
    hosts: z
      .array(value.dnsLabel, { error: "a list of names of hosts" })
      .default([])
      .describe("Hosts that run it; default: every node that takes ordinary pods."),
    nodeSelector: value.labels.describe("Labels of the nodes that may run it."),
    hostPorts: ports(80, 443).describe("With hostPorts: the ports of every chosen host."),
    nodePorts: ports(30_080, 30_443).describe("With nodePorts: the ports of every node."),
    replicas: value
      .wholeNumber(1, 100)
      .default(2)
      .describe("Pods with nodePorts and loadBalancer; with hostPorts there is one on each host."),
    defaultClass: value
      .boolean()
      .default(true)
      .describe("Whether it serves Ingresses that name no class, too."),
    gateway: value
      .boolean()
      .default(false)
      .describe(
        "The Gateway API beside Ingresses: its definitions, and the GatewayClass `traefik`.",
      ),
    accessLog: value.boolean().default(false).describe("Log every request."),
    logLevel: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO").describe("Log level."),
  })
  .prefault({})
  .describe("The controller for Ingresses and Gateways.");

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    traefik: z.output<typeof traefikSchema>;
  }
}

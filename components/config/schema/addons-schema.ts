import { z } from "zod";

import { certManagerSchema } from "./cert-manager-schema";
import { metallbSchema } from "./metallb-schema";
import { monitoringSchema } from "./monitoring-schema";
import { storageClassesSchema } from "./storage-schema";
import { sampleAppSchema, traefikSchema } from "./traefik-schema";
import * as value from "./value-schemas";

/** The key `addons`: what is absent or empty is not installed, but for the network and DNS. */
export const addonsSchema = z.strictObject({
  flannel: z
    .strictObject({
      backend: z
        .enum(["vxlan", "host-gw"])
        .default("vxlan")
        .describe("How pods of two nodes meet; host-gw needs all hosts in one subnet."),
    })
    .prefault({})
    .describe("The pod network."),
  coredns: z
    .strictObject({
      replicas: value.whole(1, 100).default(2).describe("Number of CoreDNS pods."),
      upstreamNameservers: z
        .array(value.ipAddress, { error: "a list of IP addresses" })
        .default([])
        .describe("Nameservers for names outside the cluster; default: those of the host."),
    })
    .prefault({})
    .describe("DNS of the cluster."),
  metricsServer: z
    .strictObject({
      enabled: value
        .flag()
        .default(false)
        .describe("Metrics for `kubectl top` and HorizontalPodAutoscalers."),
    })
    .prefault({})
    .describe("CPU and memory in use, by node and pod."),
  traefik: traefikSchema.prefault({}).describe("The controller for Ingresses and Gateways."),
  sampleApp: sampleAppSchema.prefault({}).describe("A sample page behind Traefik."),
  certManager: certManagerSchema
    .prefault({})
    .describe("Certificates from ACME servers or an authority of the cluster's own."),
  metallb: metallbSchema.prefault({}).describe("Addresses for services of type LoadBalancer."),
  monitoring: monitoringSchema
    .prefault({})
    .describe("Metrics over time and alerts; the receiver is the secret `plinth:alertWebhookUrl`."),
  storageClasses: storageClassesSchema.describe("Storage classes by name; default: none."),
});

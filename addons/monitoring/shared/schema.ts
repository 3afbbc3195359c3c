import { z } from "zod";
import type { DeepReadonly } from "../../../components/config/model/deep-readonly";

import * as value from "../../../components/config/schema/value-schemas";

/** The key `addons.monitoring`. */
export const monitoringSchema = z
  .strictObject({
    enabled: value
      .boolean()
      .default(false)
      .describe("Prometheus, Alertmanager, node-exporter, kube-state-metrics and alert rules."),
    scrapeIntervalSeconds: value
      .wholeNumber(5, 120)
      .default(30)
      .describe("Seconds between two scrapes."),
    retention: z
      .strictObject({
        days: value.wholeNumber(1, 3650).default(15).describe("Days until a sample is dropped."),
        size: value.binarySize
          .default("6Gi")
          .describe("Size above which the oldest samples are dropped; less than storage.size."),
      })
      .prefault({})
      .describe("How long Prometheus keeps samples."),
    storage: z
      .strictObject({
        className: value.dnsSubdomain
          .exactOptional()
          .describe(
            "Storage class of Prometheus' volume; default: a directory that is lost with its pod.",
          ),
        size: value.binarySize.default("8Gi").describe("Size of the volume or of the directory."),
      })
      .prefault({})
      .describe("Where Prometheus keeps samples."),
    memoryLimit: value.binarySize
      .default("2Gi")
      .describe("Memory that Prometheus may use: about 5 KiB for each series."),
    grafana: z
      .strictObject({
        enabled: value.boolean().default(false).describe("Grafana with dashboards of the cluster."),
        dashboards: z
          .array(value.path, { error: "a list of paths" })
          .default([])
          .describe(
            "Dashboards of your own: paths of JSON files, or of folders with some, relative to the project.",
          ),
      })
      .prefault({})
      .describe("Metrics as graphs."),
    nodeSelector: value.labels.describe(
      "Labels of the nodes that may run Prometheus and the others.",
    ),
  })
  .prefault({})
  .describe("Metrics over time and alerts; the receiver is the secret `plinth:alertWebhookUrl`.");

/** The key `addons.monitoring`. */
export type MonitoringConfig = DeepReadonly<z.output<typeof monitoringSchema>>;

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    monitoring: z.output<typeof monitoringSchema>;
  }
}

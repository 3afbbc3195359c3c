import type { Input } from "@pulumi/pulumi";
import type { AddonArgs } from "../shape/addon-args";
import { addonNamespace } from "../kit/addon-namespace";
import type { AddonObject } from "../kit/addon-object";
import { alertmanagerObjects } from "./alertmanager/objects";
import { kubeStateMetricsObjects } from "./exporters/kube-state-metrics";
import { nodeExporterObjects } from "./exporters/node-exporter";
import { grafanaObjects } from "./grafana/objects";
import { type PrometheusArgs, prometheusObjects } from "./prometheus/objects";
import type { MutualTls } from "./shared/exporter-certificate";
import type { MonitoringImages } from "./shared/images";
import { namespace, nodeNamespace } from "./shared/ports-and-names";

export interface MonitoringArgs extends Pick<
  AddonArgs<keyof MonitoringImages>,
  "config" | "images"
> {
  /** The user's own, by name. */
  readonly dashboards: Readonly<Record<string, string>>;
  readonly rules: PrometheusArgs["rules"];
  readonly nodeExporterTls: MutualTls;
  readonly kubeStateMetricsTls: MutualTls;
  readonly prometheusTls: MutualTls;
  /** Where alerts are sent, if anywhere. */
  readonly webhookUrl: Input<string> | undefined;
  /** Of Grafana's user `admin`, where there is Grafana. */
  readonly grafanaPassword?: Input<string>;
}

/** The namespaces that everything else comes after. */
export const monitoringNamespaces: readonly AddonObject[] = [
  addonNamespace(namespace, "restricted"),
  // node-exporter reads the host's files and listens on the host's address
  addonNamespace(nodeNamespace, "privileged", "node-namespace"),
];

/** Everything in these namespaces, and the rights that it has. */
export function monitoringObjects(args: MonitoringArgs): readonly AddonObject[] {
  const { config, images, webhookUrl, grafanaPassword: password, dashboards } = args;
  const settings = config.addons.monitoring;
  const grafana =
    password === undefined
      ? []
      : grafanaObjects({ config, image: images.grafana, dashboards, password });
  return [
    ...nodeExporterObjects(images["node-exporter"], args.nodeExporterTls),
    ...kubeStateMetricsObjects(settings, images["kube-state-metrics"], args.kubeStateMetricsTls),
    ...alertmanagerObjects({ settings, image: images.alertmanager, webhookUrl }),
    ...prometheusObjects({
      config,
      image: images.prometheus,
      rules: args.rules,
      tls: args.prometheusTls,
    }),
    ...grafana,
  ];
}

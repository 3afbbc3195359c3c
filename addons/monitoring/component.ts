import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../components/catalogue/catalogue";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { Pki } from "../../components/pki/pki";
import { Addon } from "../kit/addon";
import { ownNamespace } from "../kit/addon-namespace";
import { alertRules } from "./rules/alert-rules";
import { alertmanager } from "./alertmanager/objects";
import { certificateRules } from "./rules/certificate-rules";
import { grafana } from "./grafana/objects";
import { kubeStateMetrics } from "./exporters/kube-state-metrics";
import { namespace } from "./shared/ports-and-names";
import { nodeExporter } from "./exporters/node-exporter";
import { prometheus } from "./prometheus/objects";

export interface MonitoringArgs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  /** The user's own dashboards, by name. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** Its certificates are watched, and its cluster authority vouches for the exporters. */
  readonly pki: Pki;
  readonly webhookUrl: pulumi.Output<string> | undefined;
}

/** Metrics and alerts, where the stack config says so. */
export function monitoring(
  resourceName: string,
  args: MonitoringArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  return args.config.addons.monitoring.enabled ? [new Monitoring(resourceName, args, opts)] : [];
}

/** Every part of the cluster is asked for its metrics, and what is wrong is told to a receiver. */
class Monitoring extends Addon {
  constructor(
    resourceName: string,
    { config, images, dashboards, pki, webhookUrl }: MonitoringArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("Monitoring", resourceName, opts);
    const { child } = this;
    const inNamespace = ownNamespace(resourceName, namespace, "restricted", child);
    const image = (name: keyof Catalogue["images"]) => ({ config, pki, image: images[name] });
    nodeExporter(resourceName, image("node-exporter"), child);
    kubeStateMetrics(resourceName, image("kube-state-metrics"), inNamespace, child);
    const alerts = { ...image("alertmanager"), webhookUrl };
    alertmanager(resourceName, alerts, inNamespace, child);
    const rules = {
      "alerts.yaml": alertRules(),
      "certificates.yaml": pulumi
        .all(pki.ends)
        .apply((ends) => certificateRules(config.pki.renewalWindowHours, ends)),
    };
    prometheus(resourceName, { ...image("prometheus"), rules }, inNamespace, child);
    if (config.addons.monitoring.grafana.enabled)
      grafana(resourceName, { ...image("grafana"), dashboards }, inNamespace, child);
    this.registerOutputs();
  }
}

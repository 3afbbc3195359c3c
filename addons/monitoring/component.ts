import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AddonArgs } from "../shape/addon-args";
import { AddonComponent } from "../shape/addon-component";
import { appliedObjects } from "../kit/applied-objects";
import { monitoringNamespaces, monitoringObjects } from "./objects";
import { alertRules } from "./rules/alert-rules";
import { certificateRules } from "./rules/certificate-rules";
import type { MonitoringImages } from "./shared/images";
import { mutualTls } from "./shared/mutual-tls";

/** Every part of the cluster is scraped, and what is wrong is sent to a receiver. */
export function monitoring(
  name: string,
  args: AddonArgs<keyof MonitoringImages>,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  const { monitoring: settings } = args.config.addons;
  return new AddonComponent("Monitoring", name, opts, (child) => {
    const namespaces = appliedObjects(name, monitoringNamespaces, child);
    const tls = (server: string, namespace: string) => {
      const dependsOn = namespaces.get(namespace);
      return mutualTls(
        name,
        server,
        args,
        dependsOn === undefined ? child : { ...child, dependsOn },
      );
    };
    const objects = monitoringObjects({
      ...args,
      dashboards: args.files,
      rules: rules(args),
      nodeExporterTls: tls("node-exporter", "node-namespace"),
      kubeStateMetricsTls: tls("kube-state-metrics", "namespace"),
      prometheusTls: tls("prometheus", "namespace"),
      ...(settings.grafana.enabled ? { grafanaPassword: password(name, child) } : {}),
    });
    appliedObjects(name, objects, child, namespaces);
    return {};
  });
}

function rules({ config, pki }: Pick<AddonArgs, "config" | "pki">) {
  return {
    "alerts.yaml": alertRules(),
    "certificates.yaml": pulumi
      .all(pki.validUntil)
      .apply((ends) => certificateRules(config.pki.renewalWindowHours, ends)),
  };
}

function password(name: string, child: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const settings = { length: 32, special: false };
  return new random.RandomPassword(`${name}-grafana-password`, settings, child).result;
}

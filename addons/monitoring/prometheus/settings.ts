import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { toYaml } from "../../../components/text/yaml";
import { namespace, ports } from "../shared/ports-and-names";
import { scrapeConfigs } from "./scrape-configs";

/** Where its pod mounts the files of rules. */
export const rulesDirectory = "/etc/prometheus/rules";

/** https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
export function prometheusConfig(config: ClusterConfig): string {
  const { scrapeIntervalSeconds, retention } = config.addons.monitoring;
  const interval = `${scrapeIntervalSeconds}s`;
  return toYaml({
    global: {
      scrape_interval: interval,
      scrape_timeout: `${Math.min(scrapeIntervalSeconds, 10)}s`,
      evaluation_interval: interval,
      external_labels: { cluster: config.name },
    },
    storage: { tsdb: { retention: { time: `${retention.days}d`, size: `${retention.size}B` } } },
    rule_files: [`${rulesDirectory}/*.yaml`],
    alerting: {
      alertmanagers: [
        { static_configs: [{ targets: [`alertmanager.${namespace}.svc:${ports.alertmanager}`] }] },
      ],
    },
    scrape_configs: scrapeConfigs(config),
  });
}

import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringConfig } from "../../../components/config/model/addons-config";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { toYaml } from "../../../components/text/yaml";
import { restrictedContainer } from "../../kit/restricted-pod";
import {
  type CertificateArgs,
  certificateDirectory,
  readerCertificate,
} from "../shared/exporter-certificate";
import { monitoringPod } from "../shared/monitoring-pod";
import { namespace, ports, selector } from "../shared/ports-and-names";
import { prometheusAccess } from "../shared/prometheus-access";
import { scrapeConfigs } from "./scrape-configs";

const name = "prometheus";
const labels = selector(name);
const metadata = { name, namespace, labels };
const port = ports.prometheus;
const configDirectory = "/etc/prometheus/config";
const rulesDirectory = "/etc/prometheus/rules";
const rulesConfigMap = `${name}-rules`;

export interface PrometheusArgs extends CertificateArgs {
  readonly image: string;
  /** Files of rules by name. */
  readonly rules: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Asks everybody for metrics, keeps the answers and judges them: https://prometheus.io/docs/ */
export function prometheus(
  resourceName: string,
  args: PrometheusArgs,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): void {
  const { monitoring } = args.config.addons;
  const prefix = `${resourceName}-${name}`;
  const settings = new kubernetes.core.v1.ConfigMap(
    `${prefix}-settings`,
    { metadata: { name, namespace }, data: { "prometheus.yaml": prometheusConfig(args.config) } },
    inNamespace,
  );
  const rules = new kubernetes.core.v1.ConfigMap(
    `${prefix}-rules`,
    { metadata: { name: rulesConfigMap, namespace }, data: args.rules },
    inNamespace,
  );
  const deployment = new kubernetes.apps.v1.Deployment(
    prefix,
    { metadata, spec: prometheusDeployment(args) },
    {
      ...child,
      dependsOn: [
        settings,
        rules,
        readerCertificate(resourceName, namespace, args, inNamespace),
        ...prometheusAccess(prefix, inNamespace, child),
        ...volumeClaim(prefix, monitoring, inNamespace),
      ],
    },
  );
  new kubernetes.core.v1.Service(
    `${prefix}-service`,
    { metadata, spec: { selector: labels, ports: [{ name: "http", port, targetPort: "http" }] } },
    { ...child, dependsOn: [deployment] },
  );
}

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

function volumeClaim(
  prefix: string,
  { storage }: MonitoringConfig,
  inNamespace: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  if (storage.className === undefined) return [];
  return [
    new kubernetes.core.v1.PersistentVolumeClaim(
      `${prefix}-volume`,
      {
        metadata: {
          name,
          namespace,
          // it is bound when its first pod is there
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
          storageClassName: storage.className,
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: storage.size } },
        },
      },
      inNamespace,
    ),
  ];
}

function prometheusDeployment({
  config,
  image,
}: PrometheusArgs): kubernetes.types.input.apps.v1.DeploymentSpec {
  const { monitoring } = config.addons;
  return {
    replicas: 1,
    // two at a time can't write to one volume
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...monitoringPod(monitoring),
        serviceAccountName: name,
        // what it has in memory is written in orderly fashion
        terminationGracePeriodSeconds: 120,
        containers: [prometheusContainer(image, monitoring)],
        volumes: [
          { name: "settings", configMap: { name } },
          { name: "rules", configMap: { name: rulesConfigMap } },
          { name: "certificate", secret: { secretName: name, defaultMode: 0o440 } },
          {
            name: "data",
            ...(monitoring.storage.className === undefined
              ? { emptyDir: { sizeLimit: monitoring.storage.size } }
              : { persistentVolumeClaim: { claimName: name } }),
          },
        ],
      },
    },
  };
}

function prometheusContainer(
  image: string,
  { memoryLimit }: MonitoringConfig,
): kubernetes.types.input.core.v1.Container {
  const probe = (path: string) => ({ httpGet: { path, port: "http" } });
  return {
    name,
    image,
    args: [
      `--config.file=${configDirectory}/prometheus.yaml`,
      // a changed file is read where it is: a restart would read all of its log again
      "--config.auto-reload",
      "--config.auto-reload-interval=10s",
      "--storage.tsdb.path=/prometheus",
      `--web.listen-address=:${port}`,
    ],
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    startupProbe: { ...probe("/-/ready"), periodSeconds: 2, failureThreshold: 300 },
    readinessProbe: { ...probe("/-/ready"), periodSeconds: 5 },
    livenessProbe: { ...probe("/-/healthy"), periodSeconds: 10, failureThreshold: 6 },
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: memoryLimit } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "settings", mountPath: configDirectory, readOnly: true },
      { name: "rules", mountPath: rulesDirectory, readOnly: true },
      { name: "certificate", mountPath: certificateDirectory, readOnly: true },
      { name: "data", mountPath: "/prometheus" },
    ],
  };
}

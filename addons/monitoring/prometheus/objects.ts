import type * as kubernetes from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { MonitoringConfig } from "../shared/schema";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { configMap, deployment, persistentVolumeClaim, service } from "../../kit/kinds";
import { restrictedContainer } from "../../kit/restricted-pod";
import { certificateDirectory, type MutualTls, readerSecret } from "../shared/exporter-certificate";
import { monitoringPod } from "../shared/monitoring-pod";
import { namespace, ports, selector } from "../shared/ports-and-names";
import { prometheusAccess } from "../shared/prometheus-access";
import { prometheusConfig, rulesDirectory } from "./settings";

const name = "prometheus";
const labels = selector(name);
const metadata = { name, namespace, labels };
const port = ports.prometheus;
const configDirectory = "/etc/prometheus/config";
const rulesConfigMap = `${name}-rules`;

export interface PrometheusArgs {
  readonly config: ClusterConfig;
  readonly image: string;
  /** Files of rules by name. */
  readonly rules: Readonly<Record<string, Input<string>>>;
  readonly tls: MutualTls;
}

/** Scrapes every part of the cluster, keeps the samples and evaluates the rules: https://prometheus.io/docs/ */
export function prometheusObjects(args: PrometheusArgs): readonly AddonObject[] {
  const { monitoring } = args.config.addons;
  const needed = neededObjects(args);
  return [
    ...needed,
    {
      name,
      object: deployment(metadata, { spec: prometheusDeployment(monitoring, args.image) }),
      after: namesOf(needed),
    },
    {
      name: `${name}-service`,
      object: service(metadata, {
        spec: { selector: labels, ports: [{ name: "http", port, targetPort: "http" }] },
      }),
      after: [name],
    },
  ];
}

/** What its pod mounts, and may do. */
function neededObjects({ config, rules, tls }: PrometheusArgs): readonly AddonObject[] {
  const after = ["namespace"];
  const settings = { "prometheus.yaml": prometheusConfig(config) };
  return [
    {
      name: `${name}-settings`,
      object: configMap({ name, namespace }, { data: settings }),
      after,
    },
    {
      name: `${name}-rules`,
      object: configMap({ name: rulesConfigMap, namespace }, { data: rules }),
      after,
    },
    { name: `${name}-certificate`, object: readerSecret(namespace, tls), after },
    ...prometheusAccess(after),
    ...volumeClaim(config.addons.monitoring, after),
  ];
}

function volumeClaim(
  { storage }: MonitoringConfig,
  after: readonly string[],
): readonly AddonObject[] {
  if (storage.className === undefined) return [];
  // it is bound when its first pod is there
  const annotations = { "pulumi.com/skipAwait": "true" };
  const object = persistentVolumeClaim(
    { name, namespace, annotations },
    {
      spec: {
        storageClassName: storage.className,
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: storage.size } },
      },
    },
  );
  return [{ name: `${name}-volume`, object, after }];
}

function prometheusDeployment(
  settings: MonitoringConfig,
  image: string,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  return {
    replicas: 1,
    // two at a time can't write to one volume
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...monitoringPod(settings),
        serviceAccountName: name,
        // what it has in memory is written cleanly
        terminationGracePeriodSeconds: 120,
        containers: [prometheusContainer(image, settings)],
        volumes: [
          { name: "settings", configMap: { name } },
          { name: "rules", configMap: { name: rulesConfigMap } },
          { name: "certificate", secret: { secretName: name, defaultMode: 0o440 } },
          {
            name: "data",
            ...(settings.storage.className === undefined
              ? { emptyDir: { sizeLimit: settings.storage.size } }
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

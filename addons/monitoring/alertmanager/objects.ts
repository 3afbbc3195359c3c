import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { toYaml } from "../../../components/text/yaml";
import { restrictedContainer } from "../../kit/restricted-pod";
import { settingsAnnotation } from "../../kit/settings-annotation";
import { monitoringPod } from "../shared/monitoring-pod";
import { namespace, ports, selector } from "../shared/ports-and-names";

const name = "alertmanager";
const labels = selector(name);
const metadata = { name, namespace, labels };
const port = ports.alertmanager;
const configDirectory = "/etc/alertmanager/config";
const receiverDirectory = "/etc/alertmanager/receiver";
const receiver = `${name}-receiver`;

export interface AlertmanagerArgs {
  readonly config: ClusterConfig;
  readonly image: string;
  /** Where alerts are sent; without one they are shown, and nobody is told. */
  readonly webhookUrl: pulumi.Output<string> | undefined;
}

/** Tells the receiver what fires, once and together: https://prometheus.io/docs/alerting/latest/alertmanager/ */
export function alertmanager(
  resourceName: string,
  args: AlertmanagerArgs,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): void {
  const { webhookUrl } = args;
  const prefix = `${resourceName}-${name}`;
  const settings = alertmanagerConfig(webhookUrl !== undefined);
  const configMap = new kubernetes.core.v1.ConfigMap(
    `${prefix}-settings`,
    { metadata: { name, namespace }, data: { "alertmanager.yaml": settings } },
    inNamespace,
  );
  const secret =
    webhookUrl === undefined
      ? []
      : [
          new kubernetes.core.v1.Secret(
            `${prefix}-receiver`,
            { metadata: { name: receiver, namespace }, stringData: { url: webhookUrl } },
            inNamespace,
          ),
        ];
  const deployment = new kubernetes.apps.v1.Deployment(
    prefix,
    { metadata, spec: alertmanagerDeployment(args, settings) },
    { ...child, dependsOn: [configMap, ...secret] },
  );
  new kubernetes.core.v1.Service(
    `${prefix}-service`,
    { metadata, spec: { selector: labels, ports: [{ name: "http", port, targetPort: "http" }] } },
    { ...child, dependsOn: [deployment] },
  );
}

/** https://prometheus.io/docs/alerting/latest/configuration/ */
export function alertmanagerConfig(hasReceiver: boolean): string {
  return toYaml({
    route: {
      receiver: "webhook",
      group_by: ["alertname", "job"],
      group_wait: "15s",
      group_interval: "2m",
      repeat_interval: "4h",
      routes: [
        // a receiver that expects it notices when it stays away
        { matchers: ["alertname = Watchdog"], group_interval: "1m", repeat_interval: "5m" },
      ],
    },
    inhibit_rules: [
      // nothing on a node that is away can be read
      {
        source_matchers: ["alertname = NodeNotReady"],
        target_matchers: ["alertname = TargetDown"],
        equal: ["instance"],
      },
      {
        source_matchers: ["severity = critical"],
        target_matchers: ["severity = warning"],
        equal: ["alertname", "instance", "certificate"],
      },
    ],
    receivers: [
      {
        name: "webhook",
        ...(hasReceiver
          ? { webhook_configs: [{ url_file: `${receiverDirectory}/url`, send_resolved: true }] }
          : {}),
      },
    ],
  });
}

function alertmanagerDeployment(
  { config, image, webhookUrl }: AlertmanagerArgs,
  settings: string,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  const hasReceiver = webhookUrl !== undefined;
  return {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: {
      // it reads its settings at start only, but the receiver's address each time
      metadata: { labels, annotations: settingsAnnotation(settings) },
      spec: {
        ...monitoringPod(config.addons.monitoring),
        automountServiceAccountToken: false,
        containers: [alertmanagerContainer(image, hasReceiver)],
        volumes: [
          { name: "settings", configMap: { name } },
          { name: "data", emptyDir: { sizeLimit: "64Mi" } },
          ...(hasReceiver
            ? [{ name: "receiver", secret: { secretName: receiver, defaultMode: 0o440 } }]
            : []),
        ],
      },
    },
  };
}

function alertmanagerContainer(
  image: string,
  hasReceiver: boolean,
): kubernetes.types.input.core.v1.Container {
  const probe = (path: string) => ({ httpGet: { path, port: "http" }, periodSeconds: 5 });
  return {
    name,
    image,
    args: [
      `--config.file=${configDirectory}/alertmanager.yaml`,
      "--storage.path=/alertmanager",
      `--web.listen-address=:${port}`,
      // it has no peers
      "--cluster.listen-address=",
    ],
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    readinessProbe: probe("/-/ready"),
    livenessProbe: { ...probe("/-/healthy"), failureThreshold: 6 },
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "settings", mountPath: configDirectory, readOnly: true },
      { name: "data", mountPath: "/alertmanager" },
      ...(hasReceiver ? [{ name: "receiver", mountPath: receiverDirectory, readOnly: true }] : []),
    ],
  };
}

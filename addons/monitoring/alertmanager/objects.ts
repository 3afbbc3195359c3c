import type * as kubernetes from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { MonitoringConfig } from "../shared/schema";
import { toYaml } from "../../../components/text/yaml";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { configMap, deployment, secret, service } from "../../kit/kinds";
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
  readonly settings: MonitoringConfig;
  readonly image: string;
  /** Where alerts are sent; without one they are shown, and nobody is notified. */
  readonly webhookUrl: Input<string> | undefined;
}

/** Notifies the receiver of what fires, once and together: https://prometheus.io/docs/alerting/latest/alertmanager/ */
export function alertmanagerObjects(args: AlertmanagerArgs): readonly AddonObject[] {
  const { webhookUrl } = args;
  const after = ["namespace"];
  const configText = alertmanagerConfig(webhookUrl !== undefined);
  const needed: readonly AddonObject[] = [
    {
      name: `${name}-settings`,
      object: configMap({ name, namespace }, { data: { "alertmanager.yaml": configText } }),
      after,
    },
    ...(webhookUrl === undefined ? [] : [{ ...receiverSecret(webhookUrl), after }]),
  ];
  return [
    ...needed,
    {
      name,
      object: deployment(metadata, { spec: alertmanagerDeployment(args, configText) }),
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

function receiverSecret(url: Input<string>): AddonObject {
  return {
    name: receiver,
    object: secret({ name: receiver, namespace }, { stringData: { url } }),
  };
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
  { settings, image, webhookUrl }: AlertmanagerArgs,
  configText: string,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  const hasReceiver = webhookUrl !== undefined;
  return {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: {
      // it reads its settings at start only, but the receiver's address each time
      metadata: { labels, annotations: settingsAnnotation(configText) },
      spec: {
        ...monitoringPod(settings),
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

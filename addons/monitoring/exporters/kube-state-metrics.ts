import type * as kubernetes from "@pulumi/kubernetes";
import type { MonitoringConfig } from "../shared/schema";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { deployment, service } from "../../kit/kinds";
import { clusterAccess } from "../../kit/rbac";
import { restrictedContainer } from "../../kit/restricted-pod";
import {
  certificateDirectory,
  exporterSecret,
  type MutualTls,
} from "../shared/exporter-certificate";
import { monitoringPod } from "../shared/monitoring-pod";
import { namespace, ports, selector } from "../shared/ports-and-names";

const name = "kube-state-metrics";
const labels = selector(name);
const metadata = { name, namespace, labels };

/** What it watches, by API group: nothing with secrets in it, and no ConfigMap. */
const watched: Readonly<Record<string, readonly string[]>> = {
  "": [
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "pods",
    "resourcequotas",
    "services",
  ],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  policy: ["poddisruptionbudgets"],
};

/** What the API knows of nodes, pods and workloads: https://github.com/kubernetes/kube-state-metrics */
export function kubeStateMetricsObjects(
  settings: MonitoringConfig,
  image: string,
  tls: MutualTls,
): readonly AddonObject[] {
  const after = ["namespace"];
  const account = { name, namespace };
  const needed: readonly AddonObject[] = [
    { name: `${name}-certificate`, object: exporterSecret(name, namespace, tls), after },
    ...clusterAccess(account, { role: name, rules }, { prefix: `${name}-`, after }),
  ];
  const port = ports.kubeStateMetrics;
  return [
    ...needed,
    {
      name,
      object: deployment(metadata, { spec: kubeStateMetricsDeployment(settings, image) }),
      after: namesOf(needed),
    },
    {
      name: `${name}-service`,
      object: service(metadata, {
        spec: { selector: labels, ports: [{ name: "https", port, targetPort: "https" }] },
      }),
      after: [name],
    },
  ];
}

const rules = Object.entries(watched).map(([group, resources]) => ({
  apiGroups: [group],
  resources: [...resources],
  verbs: ["list", "watch"],
}));

function kubeStateMetricsDeployment(
  settings: MonitoringConfig,
  image: string,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...monitoringPod(settings),
        serviceAccountName: name,
        containers: [
          {
            name,
            image,
            args: [
              `--port=${ports.kubeStateMetrics}`,
              "--telemetry-port=8444",
              `--tls-config=${certificateDirectory}/web.yaml`,
              `--resources=${Object.values(watched).flat().sort().join(",")}`,
            ],
            ports: [{ name: "https", containerPort: ports.kubeStateMetrics, protocol: "TCP" }],
            // once, as the kubelet has no certificate that it would let in, and each attempt is logged
            startupProbe: { tcpSocket: { port: "https" }, periodSeconds: 1, failureThreshold: 60 },
            resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "256Mi" } },
            securityContext: restrictedContainer,
            volumeMounts: [
              { name: "certificate", mountPath: certificateDirectory, readOnly: true },
            ],
          },
        ],
        volumes: [{ name: "certificate", secret: { secretName: name, defaultMode: 0o440 } }],
      },
    },
  };
}

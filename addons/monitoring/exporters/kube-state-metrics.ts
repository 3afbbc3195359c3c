import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { clusterAccess } from "../../kit/rbac";
import { restrictedContainer } from "../../kit/restricted-pod";
import {
  type CertificateArgs,
  certificateDirectory,
  exporterCertificate,
} from "../shared/exporter-certificate";
import { monitoringPod } from "../shared/monitoring-pod";
import { namespace, ports, selector } from "../shared/ports-and-names";

const name = "kube-state-metrics";
const labels = selector(name);
const metadata = { name, namespace, labels };

export interface KubeStateMetricsArgs extends CertificateArgs {
  readonly image: string;
}

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
export function kubeStateMetrics(
  resourceName: string,
  args: KubeStateMetricsArgs,
  inNamespace: pulumi.CustomResourceOptions,
  child: pulumi.CustomResourceOptions,
): void {
  const certificate = exporterCertificate(resourceName, { name, namespace }, args, inNamespace);
  const prefix = `${resourceName}-${name}`;
  const account = { name, namespace };
  const access = clusterAccess(prefix, account, { role: name, rules }, inNamespace, child);
  const deployment = new kubernetes.apps.v1.Deployment(
    prefix,
    { metadata, spec: kubeStateMetricsDeployment(args) },
    { ...child, dependsOn: [certificate, ...access] },
  );
  new kubernetes.core.v1.Service(
    `${prefix}-service`,
    {
      metadata,
      spec: {
        selector: labels,
        ports: [{ name: "https", port: ports.kubeStateMetrics, targetPort: "https" }],
      },
    },
    { ...child, dependsOn: [deployment] },
  );
}

const rules = Object.entries(watched).map(([group, resources]) => ({
  apiGroups: [group],
  resources: [...resources],
  verbs: ["list", "watch"],
}));

function kubeStateMetricsDeployment({
  config,
  image,
}: KubeStateMetricsArgs): kubernetes.types.input.apps.v1.DeploymentSpec {
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...monitoringPod(config.addons.monitoring),
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

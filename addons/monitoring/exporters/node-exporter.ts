import type * as kubernetes from "@pulumi/kubernetes";
import type { AddonObject } from "../../kit/addon-object";
import { daemonSet } from "../../kit/kinds";
import { nobody, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";
import {
  certificateDirectory,
  exporterSecret,
  type MutualTls,
} from "../shared/exporter-certificate";
import { nodeExporterPort, nodeNamespace, selector } from "../shared/ports-and-names";

const name = "node-exporter";
const labels = selector(name);

/** What is read of each node; every other collector of node-exporter would only cost memory. */
const collectors = (
  "conntrack cpu diskstats filefd filesystem loadavg meminfo netdev pressure sockstat stat time " +
  "timex uname vmstat"
).split(" ");

/** CPU, memory, disks and network of every node: https://github.com/prometheus/node_exporter */
export function nodeExporterObjects(image: string, tls: MutualTls): readonly AddonObject[] {
  const certificate = `${name}-certificate`;
  return [
    {
      name: certificate,
      object: exporterSecret(name, nodeNamespace, tls),
      after: ["node-namespace"],
    },
    {
      name,
      object: daemonSet(
        { name, namespace: nodeNamespace, labels },
        { spec: nodeExporterDaemonSet(image) },
      ),
      after: [certificate],
    },
  ];
}

function nodeExporterDaemonSet(image: string): kubernetes.types.input.apps.v1.DaemonSetSpec {
  return {
    selector: { matchLabels: labels },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: "system-node-critical",
        automountServiceAccountToken: false,
        // the figures of the network are those of the namespace it runs in
        hostNetwork: true,
        tolerations: [{ operator: "Exists" }],
        nodeSelector: { "kubernetes.io/os": "linux" },
        securityContext: { ...restrictedPod(nobody), fsGroup: nobody },
        containers: [nodeExporterContainer(image)],
        volumes: [
          { name: "root", hostPath: { path: "/", type: "Directory" } },
          { name: "certificate", secret: { secretName: name, defaultMode: 0o440 } },
        ],
      },
    },
  };
}

function nodeExporterContainer(image: string): kubernetes.types.input.core.v1.Container {
  const { port } = nodeExporterPort;
  return {
    name,
    image,
    args: [
      `--web.listen-address=$(HOST_IP):${port}`,
      `--web.config.file=${certificateDirectory}/web.yaml`,
      "--path.rootfs=/host",
      "--path.procfs=/host/proc",
      "--path.sysfs=/host/sys",
      "--collector.disable-defaults",
      ...collectors.map((collector) => `--collector.${collector}`),
      // mounts of pods come and go, and lie on disks that are read anyway
      "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/(kubelet|containerd))($|/)",
      "--collector.netdev.device-exclude=^(lo|veth.*|cni.*)$",
    ],
    env: [{ name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
    ports: [{ name: "https", containerPort: port, protocol: "TCP" }],
    // once, as the kubelet has no certificate that it would let in, and each attempt is logged
    startupProbe: { tcpSocket: { port: "https" }, periodSeconds: 1, failureThreshold: 60 },
    resources: { requests: { cpu: "20m", memory: "24Mi" }, limits: { memory: "64Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "root", mountPath: "/host", readOnly: true, mountPropagation: "HostToContainer" },
      { name: "certificate", mountPath: certificateDirectory, readOnly: true },
    ],
  };
}

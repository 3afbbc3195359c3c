import type * as kubernetes from "@pulumi/kubernetes";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import type { HostConfig } from "../../../components/config/model/host-config";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";
import { spreadOverNodes } from "../../kit/spread-over-nodes";
import {
  ingressHosts,
  podPorts,
  readinessHost,
  terminationSeconds,
  traefikArguments,
} from "./arguments";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type Container = kubernetes.types.input.core.v1.Container;

/** A pod of Traefik: no root, no rights on its node, ports of the host only where that is wanted. */
export function traefikPod(
  config: ClusterConfig,
  image: string,
  labels: Readonly<Record<string, string>>,
): PodSpec {
  const { traefik } = config.addons;
  return {
    priorityClassName: "system-cluster-critical",
    serviceAccountName: "traefik",
    enableServiceLinks: false,
    nodeSelector: { "kubernetes.io/os": "linux", ...traefik.nodeSelector },
    ...placement(config),
    ...(traefik.exposure === "hostPorts"
      ? {}
      : { topologySpreadConstraints: spreadOverNodes(labels) }),
    terminationGracePeriodSeconds: terminationSeconds(config),
    securityContext: {
      ...restrictedPod(nonroot),
      // the usual ports, in the pod's own network, for a user who is not root
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    },
    containers: [traefikContainer(config, image)],
  };
}

function traefikContainer(config: ClusterConfig, image: string): Container {
  const { exposure, hostPorts } = config.addons.traefik;
  const port = (name: "http" | "https") => ({
    name,
    containerPort: podPorts[name],
    protocol: "TCP",
    ...(exposure === "hostPorts" ? { hostPort: hostPorts[name] } : {}),
  });
  const ping = { path: "/ping", port: "internal" };
  return {
    name: "traefik",
    image,
    args: [...traefikArguments(config)],
    ports: [
      port("http"),
      port("https"),
      { name: "internal", containerPort: podPorts.internal, protocol: "TCP" },
    ],
    startupProbe: {
      httpGet: {
        path: "/ping",
        port: "http",
        httpHeaders: [{ name: "Host", value: readinessHost }],
      },
      periodSeconds: 1,
      failureThreshold: 60,
    },
    readinessProbe: { httpGet: ping, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { httpGet: ping, periodSeconds: 10, failureThreshold: 3 },
    env: [{ name: "GOMEMLIMIT", value: "220MiB" }],
    resources: { requests: { cpu: "100m", memory: "96Mi" }, limits: { memory: "256Mi" } },
    securityContext: restrictedContainer,
  };
}

/** On the hosts that the stack config names, whatever their taints; else wherever pods may run. */
function placement(config: ClusterConfig): Partial<PodSpec> {
  const { hosts } = config.addons.traefik;
  if (hosts.length === 0) return {};
  const matchExpressions = [
    { key: "kubernetes.io/hostname", operator: "In", values: [...hosts].sort() },
  ];
  const terms = { nodeSelectorTerms: [{ matchExpressions }] };
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
    tolerations: tolerations(ingressHosts(config)),
  };
}

function tolerations(hosts: readonly HostConfig[]): kubernetes.types.input.core.v1.Toleration[] {
  const taints = hosts.flatMap((host) => host.taints);
  const different = new Map(taints.map(({ key, effect }) => [`${key}:${effect}`, { key, effect }]));
  return [...different.values()].map((taint) => ({ ...taint, operator: "Exists" }));
}

import type { FixedPort } from "../../../components/network/ports";

/** Namespace of all that needs no right on a node. */
export const namespace = "monitoring";

/** Namespace of node-exporter, which sees its node. */
export const nodeNamespace = "monitoring-nodes";

/** On every node. */
export const nodeExporterPort: FixedPort = { port: 9100, owner: "node-exporter", on: "node" };

/** Ports of pods. */
export const ports = {
  prometheus: 9090,
  alertmanager: 9093,
  kubeStateMetrics: 8443,
} as const;

/** Labels by which a workload's pods are selected. */
export function selector(name: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": name };
}

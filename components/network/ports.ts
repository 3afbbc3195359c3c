/** Hosts that something listens on: those with a role, or those that are nodes. */
export type PortHosts = "etcd" | "control-plane" | "node";

/** A port that no setting changes. */
export interface FixedPort {
  readonly port: number;
  /** Completes `this port is for …`. */
  readonly owner: string;
  readonly on: PortHosts;
  /** The add-on that brings it; absent where every cluster has it. */
  readonly addon?: "metallb" | "monitoring";
}

/** Every fixed port that the cluster listens on with addresses of its hosts. */
export const ports = {
  etcdClient: { port: 2379, owner: "etcd", on: "etcd" },
  etcdPeer: { port: 2380, owner: "etcd", on: "etcd" },
  etcdMetrics: { port: 2381, owner: "etcd's metrics", on: "etcd" },
  controllerManager: { port: 10257, owner: "kube-controller-manager", on: "control-plane" },
  scheduler: { port: 10259, owner: "kube-scheduler", on: "control-plane" },
  kubelet: { port: 10250, owner: "the kubelet", on: "node" },
  kubeletHealth: { port: 10248, owner: "the kubelet's health check", on: "node" },
  kubeProxyMetrics: { port: 10249, owner: "kube-proxy's metrics", on: "node" },
  kubeProxyHealth: { port: 10256, owner: "kube-proxy's health check", on: "node" },
  nodeExporter: { port: 9100, owner: "node-exporter", on: "node", addon: "monitoring" },
  metalLbMetrics: { port: 7472, owner: "MetalLB's metrics", on: "node", addon: "metallb" },
  metalLbMembers: { port: 7946, owner: "MetalLB's speakers", on: "node", addon: "metallb" },
} as const satisfies Readonly<Record<string, FixedPort>>;

/** What of the key `addons` decides whether a port is in use. */
export interface PortSettings {
  readonly monitoring: { readonly enabled: boolean };
  readonly metallb: { readonly pools: Readonly<Record<string, unknown>> };
}

/** The fixed ports that a cluster with these add-ons uses. */
export function usedPorts({ monitoring, metallb }: PortSettings): readonly FixedPort[] {
  const installed = {
    monitoring: monitoring.enabled,
    metallb: Object.keys(metallb.pools).length > 0,
  };
  return Object.values<FixedPort>(ports).filter(
    ({ addon }) => addon === undefined || installed[addon],
  );
}

/** What of the cluster listens on a port of its hosts, whatever the other settings say. */
export function portOwner(port: number, addons: PortSettings): string | undefined {
  return usedPorts(addons).find((used) => used.port === port)?.owner;
}

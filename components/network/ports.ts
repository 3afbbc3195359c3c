/** Hosts that something listens on: those with a role, or those that are nodes. */
export type PortHosts = "etcd" | "control-plane" | "node";

/** A port that no setting changes. */
export interface FixedPort {
  readonly port: number;
  /** Completes `this port is for …`. */
  readonly owner: string;
  readonly on: PortHosts;
}

/** The fixed ports that every cluster listens on with addresses of its hosts; add-ons bring theirs. */
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
  // never the API servers' own: a host may gain or lose one while its balancer runs
  apiBalancer: { port: 7445, owner: "the API balancer", on: "node" },
} as const satisfies Readonly<Record<string, FixedPort>>;

/** What listens on a port of hosts, of those in use. */
export function portOwner(port: number, used: readonly FixedPort[]): string | undefined {
  return used.find((each) => each.port === port)?.owner;
}

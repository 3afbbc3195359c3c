/** What a host does in the cluster. */
export type Role = "etcd" | "control-plane" | "worker";

/** A host of the stack config, with what it inherits and what follows from its roles. */
export interface HostConfig {
  readonly name: string;
  /** What the operator's SSH reaches. */
  readonly address: string;
  /** What the other hosts reach; equals `address` unless set. */
  readonly internalAddress: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey?: string;
  readonly bastion?: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly hostKey?: string;
  };
  readonly roles: readonly Role[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly {
    readonly key: string;
    readonly value?: string;
    readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  }[];
  /** Not a node: no container runtime, kubelet and kube-proxy (control plane or etcd only). */
  readonly node: boolean;
  /** Left alone: not looked at, not changed, not cleared. */
  readonly maintenance: boolean;
}

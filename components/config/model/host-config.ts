import type { HostInput } from "../schema/host-schema";
import type { DeepReadonly } from "./deep-readonly";

type Input = DeepReadonly<HostInput>;

/** What a host does in the cluster. */
export type Role = Input["roles"][number];

/** A host of the stack config, with what it inherits and what follows from its roles. */
export interface HostConfig extends Omit<Input, "taints"> {
  readonly name: string;
  /** What the other hosts reach; equals `address` unless set. */
  readonly internalAddress: string;
  readonly port: number;
  readonly user: string;
  readonly taints: readonly {
    readonly key: string;
    readonly value?: string;
    readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  }[];
  /** Not a node: no container runtime, kubelet and kube-proxy (control plane or etcd only). */
  readonly node: boolean;
}

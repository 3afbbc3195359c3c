import type { ClusterConfig } from "../config/model/cluster-config";
import type { EtcdMembership } from "./etcd-membership";

/** What every operation decides by: the stack config, and what hosts that passed the preflight said. */
export interface OperationFacts {
  readonly config: ClusterConfig;
  /** Names of the hosts that are part of the cluster already. */
  readonly marked: ReadonlySet<string>;
  readonly etcdMembership: EtcdMembership;
}

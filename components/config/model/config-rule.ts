import type { FixedPort } from "../../network/ports";
import type { ConfigProblem } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";
import type { HostConfig } from "./host-config";

/** A check across several values of a stack config. */
export interface ConfigRule {
  /** The keys that must all fit the schema before the check makes sense. */
  readonly reads: readonly (keyof ClusterInput)[];
  /** `ports` are those in use that no setting changes. */
  readonly problems: (
    input: ClusterInput,
    hosts: readonly HostConfig[],
    ports: readonly FixedPort[],
  ) => readonly ConfigProblem[];
}

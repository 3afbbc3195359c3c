import type { HostFacts } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";

/** Something on a host that stands in the way, and what to do about it. */
export interface Finding {
  /** Name of the host in the stack config. */
  readonly host: string;
  readonly problem: string;
  readonly remedy: string;
}

/** A finding that a check made: failures end the run, warnings don't. */
export interface CheckFinding extends Finding {
  readonly severity: "failure" | "warning";
}

/** One host to look at, with the config it is to have. */
export interface HostSubject {
  readonly config: ClusterConfig;
  readonly host: HostConfig;
  readonly facts: HostFacts;
  /** systemd units that Plinth's layers bring, by full name; they may hold the cluster's ports. */
  readonly ownUnits: readonly string[];
  /** Nothing is changed in this run. */
  readonly isPreview: boolean;
  /** The cluster's id in the state; undefined in the preview of a stack that has none yet. */
  readonly clusterId: string | undefined;
}

/** Looks at one host alone. */
export type HostCheck = (subject: HostSubject) => readonly CheckFinding[];

/** Looks at all hosts that answered, against each other. */
export type ClusterCheck = (subjects: readonly HostSubject[]) => readonly CheckFinding[];

/** A finding that ends the run. */
export function failure(host: HostConfig, problem: string, remedy: string): CheckFinding {
  return { host: host.name, severity: "failure", problem, remedy };
}

/** A finding that is only shown. */
export function warning(host: HostConfig, problem: string, remedy: string): CheckFinding {
  return { host: host.name, severity: "warning", problem, remedy };
}

/** Whether the host already belongs to the cluster, so that what runs there is expected. */
export function isOwn({ config, facts }: HostSubject): boolean {
  return facts.owner?.cluster === config.name;
}

/**
 * What the program tells a command of `plinth` that runs it for one operation: the contract of the
 * two, and all of `components/` that `cli/` may import. Names and types, no behaviour.
 */

/** Environment variables that ask the program for a report: which, and the file to write it to. */
export const operationVariable = "PLINTH_OPERATION";
export const reportVariable = "PLINTH_REPORT";

/** `plan`: what an `up` decides by itself, beside the changes that its preview shows. */
export type OperationName = "plan";

export interface OperationStep {
  /** Name of the host in the stack config, or of one that was there. */
  readonly host: string;
  /**
   * `join`: becomes part of the cluster; `add`: becomes a member of etcd that exists; `leave`: ends as a
   * member of etcd; `move`: its member of etcd gets another address; `skip`: is left alone; `forget`: is gone, and leaves without being touched; `hold`:
   * nothing of it is restarted.
   */
  readonly action: "join" | "add" | "leave" | "move" | "skip" | "forget" | "hold";
  /** One sentence without a full stop. */
  readonly reason: string;
}

export interface OperationReport {
  readonly version: 1;
  /** In the order of the stack config. */
  readonly steps: readonly OperationStep[];
}

/** Environment variable with a `ResetRequest` as JSON: the program does that in a preview, and nothing else. */
export const resetVariable = "PLINTH_RESET";

export interface ResetRequest {
  /** Names of hosts of the stack config. */
  readonly hosts: readonly string[];
  /** Name of the cluster whose hosts they have to be, to be cleared; without it they are only looked at. */
  readonly cluster?: string;
}

/** One host, as it was found. */
export interface ResetHost {
  /** Name in the stack config. */
  readonly host: string;
  /** Whose it is, by its marker. */
  readonly marker?: { readonly cluster: string; readonly id?: string; readonly host?: string };
  readonly layers: readonly string[];
  /** Why it is not cleared, or not completely: what is wrong, and what to do. */
  readonly refusal?: string;
  /** Everything of the cluster is gone from it. */
  readonly cleared: boolean;
}

export interface ResetReport {
  readonly version: 1;
  /** In the order of the request. */
  readonly hosts: readonly ResetHost[];
}

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

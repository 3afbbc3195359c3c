import { readFileSync } from "node:fs";

/** What is read of a process: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export interface ProcessStat {
  readonly command: string;
  /** One letter; `Z` is a process that nobody has waited for yet. */
  readonly state: string;
  readonly parent: number;
  /** Clock ticks from boot to its start: a later process of the same number has another. */
  readonly startTime: string;
}

/** The process of this number, or `undefined` when there is none (or no /proc). */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    return parsedProcessStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** A process as the text of /proc/PID/stat has it. */
export function parsedProcessStat(text: string): ProcessStat {
  // the command in parentheses may hold anything, parentheses too
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  const [state = "", parent = "", ...fields] = text.slice(close + 2).split(" ");
  return {
    command: text.slice(open + 1, close),
    state,
    parent: Number(parent),
    startTime: fields[17] ?? "",
  };
}

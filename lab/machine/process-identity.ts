import { readFileSync } from "node:fs";
import { pause } from "./process";

/** A process that is never confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startTime: string;
  /** The kernel's boot id: start times repeat after a reboot of the machine. */
  readonly bootId: string;
}

/** Start time and state letter in the text of /proc/PID/stat; the command in parentheses may hold anything. */
export function processStat(stat: string): { state: string; startTime: string } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
}

/** The identity of a living process, or undefined when there is none with this number. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  try {
    const { state, startTime } = processStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (state === "Z" || state === "X") return undefined;
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return { pid, startTime, bootId };
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity | undefined): boolean {
  if (identity === undefined) return false;
  const now = processIdentity(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Sends a signal to exactly this process; silent when it has ended. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch {
    // it ended between the check and the signal
  }
}

/** Ends exactly this process: SIGTERM, and SIGKILL when it is still there after `graceSeconds`. */
export async function endProcess(identity: ProcessIdentity, graceSeconds: number): Promise<void> {
  signal(identity, "SIGTERM");
  const deadline = Date.now() + graceSeconds * 1000;
  while (isAlive(identity)) {
    if (Date.now() > deadline) signal(identity, "SIGKILL");
    await pause(20);
  }
}

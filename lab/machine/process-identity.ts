import { readFileSync } from "node:fs";
import { processStat } from "../../process/process-stat";
import { pause } from "./process";

/** A process that is never confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot. */
  readonly startTime: string;
  /** The kernel's boot id: start times repeat after a reboot of the machine. */
  readonly bootId: string;
}

/** The identity of a living process, or undefined when there is none with this number. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid);
  if (stat === undefined || stat.state === "Z" || stat.state === "X") return undefined;
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return { pid, startTime: stat.startTime, bootId };
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

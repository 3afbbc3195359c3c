/** Names of processes that are never those of another one, on whatever machine. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { processStat } from "../../process/process-stat";

/** Processes of this machine by id, as `<boot>/<namespace of ids> <id>@<start>…`. */
export function processNames(...pids: readonly number[]): string {
  return [idSpace(), ...pids.map((pid) => `${pid}@${startOf(pid) ?? ""}`)].join(" ");
}

/** Whether one of the processes is known to have ended; those of another machine never are. */
export function areGone(names: string | undefined): boolean {
  const [space, ...processes] = (names ?? "").split(" ");
  if (space !== idSpace()) return false;
  return processes.some((name) => {
    const [pid, start] = name.split("@");
    return startOf(Number(pid)) !== start;
  });
}

/** Ids mean something only within one boot of a machine, and there within one container. */
function idSpace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Clock ticks from boot to the start of a process; undefined when there is none of that id. */
function startOf(pid: number): string | undefined {
  const stat = processStat(pid);
  if (stat === undefined) return isThere(pid) ? "" : undefined;
  return stat.state === "Z" ? undefined : stat.startTime;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

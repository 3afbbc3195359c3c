import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./lab-error";
import { runDir } from "./paths";
import { endProcess, isAlive, processIdentity, type ProcessIdentity } from "./process-identity";

/** The folder of a host's or service's run-time state. */
export function daemonDir(name: string): string {
  return join(runDir, name);
}

/** The log of a host's or service's process. */
function daemonLog(name: string): string {
  return join(daemonDir(name), "log");
}

/** The recorded process of a daemon, alive or not. */
export function daemonProcess(name: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(
      readFileSync(join(daemonDir(name), "process.json"), "utf8"),
    ) as ProcessIdentity; // written by startDaemon alone
  } catch {
    return undefined;
  }
}

/** Whether the daemon of this name runs. */
export function daemonRuns(name: string): boolean {
  return isAlive(daemonProcess(name));
}

/** Starts a process that outlives the command line, and records it in its run-time folder. */
export function startDaemon(name: string, command: string, args: readonly string[]): void {
  mkdirSync(daemonDir(name), { recursive: true });
  const log = openSync(daemonLog(name), "a", 0o600);
  const child = spawn(command, args, { detached: true, cwd: "/", stdio: ["ignore", log, log] });
  child.on("error", () => undefined); // seen as a missing pid
  closeSync(log);
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
  if (identity === undefined) throw new LabError(`cannot start ${command} for ${name}`);
  writeFileSync(join(daemonDir(name), "process.json"), JSON.stringify(identity));
  child.unref();
}

/** Starts a process of the lab's own command line that outlives this one. */
export function startOwnDaemon(name: string, args: readonly string[]): void {
  const script = process.argv[1];
  if (script === undefined) throw new LabError("the lab's own program file is unknown");
  startDaemon(name, process.execPath, [script, ...args]);
}

/** Ends a daemon and removes its run-time folder. */
export async function endDaemon(name: string, graceSeconds: number): Promise<void> {
  const identity = daemonProcess(name);
  if (identity) await endProcess(identity, graceSeconds);
  rmSync(daemonDir(name), { recursive: true, force: true });
}

/** The last lines of a daemon's log, for error messages. */
export function logTail(name: string, lines = 5): string {
  try {
    return readFileSync(daemonLog(name), "utf8").trim().split("\n").slice(-lines).join("\n");
  } catch {
    return "";
  }
}

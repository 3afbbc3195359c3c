import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./lab-error";
import { runDir } from "./paths";
import { isAlive, processIdentity, type ProcessIdentity } from "./process-identity";
import { pause } from "./process";

const lockFile = join(runDir, "lock");

/** Runs `work` while no other command of the lab changes hosts on this machine. */
export async function locked<T>(
  progress: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const self = processIdentity(process.pid);
  if (self === undefined) throw new LabError("/proc is not mounted");
  for (let announced = false; !take(self); announced = true) {
    if (!announced) progress(`waiting for process ${holder()?.pid ?? "?"}, which changes the lab`);
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function take(self: ProcessIdentity): boolean {
  mkdirSync(runDir, { recursive: true });
  const own = `${lockFile}.${self.pid}`;
  writeFileSync(own, JSON.stringify(self));
  try {
    linkSync(own, lockFile); // atomic and never seen half-written
    return true;
  } catch {
    if (!isAlive(holder())) rmSync(lockFile, { force: true });
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function holder(): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")) as ProcessIdentity; // written by take alone
  } catch {
    return undefined;
  }
}

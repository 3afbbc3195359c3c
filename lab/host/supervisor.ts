import { spawn } from "node:child_process";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { killCgroups, makeCgroups, removeCgroups } from "../machine/cgroup";
import { daemonDir } from "../machine/daemon";
import { LabError } from "../machine/lab-error";
import { plugIn, unplug } from "../machine/network";
import { processIdentity } from "../machine/process-identity";
import enterCgroups from "./enter-cgroups.sh";
import {
  type LabHost,
  hostPaths,
  nspawnArguments,
  nspawnDir,
  rebootExitCode,
  sharedDevices,
} from "./host";
import { mountDisk, recordedHost, unmountDisk } from "./host-disk";

/**
 * Runs one host until it powers off or this process is told to end; reboots it as often as it asks.
 * Should it be killed itself, the next command that meets the host ends what is left in its cgroups.
 */
export async function supervise(name: string): Promise<void> {
  const ending = new AbortController();
  process.on("SIGTERM", () => {
    ending.abort();
    killCgroups(name);
  });
  let code: number | null = rebootExitCode;
  try {
    while (code === rebootExitCode && !ending.signal.aborted) {
      const host = recordedHost(name); // read again: its memory limit may have changed
      if (host === undefined) throw new LabError(`${name} has no disk`);
      await clearHost(host);
      await mountDisk(host);
      await plugIn(name, host.address, existsSync(hostPaths(name).cut));
      const cgroups = makeCgroups(name, host.memoryBytes);
      console.log(`${new Date().toISOString()} ${name} boots`);
      code = await exitCode(boot(name, cgroups));
      console.log(`${new Date().toISOString()} ${name} ended with ${code ?? "a signal"}`);
    }
  } finally {
    const host = recordedHost(name);
    if (host) await clearHost(host);
  }
}

/** Removes what a boot of the host left on the machine; its disk stays. */
export async function clearHost(host: LabHost): Promise<void> {
  await removeCgroups(host.name);
  await unplug(host.name, host.address);
  forgetMachine(host.name);
  await unmountDisk(host.name);
}

/** Removes what a killed systemd-nspawn leaves in its run-time folder. */
function forgetMachine(name: string): void {
  const root = statSync(hostPaths(name).root, { throwIfNoEntry: false });
  if (root) rmSync(`${nspawnDir}/locks/inode-${root.dev}:${root.ino}`, { force: true });
  rmSync(`${nspawnDir}/propagate/${name}`, { recursive: true, force: true });
}

function boot(name: string, cgroups: readonly string[]) {
  const devices = sharedDevices.filter((device) => existsSync(device));
  const nspawn = ["systemd-nspawn", ...nspawnArguments(name, devices)];
  const child = spawn("/bin/sh", ["-c", enterCgroups, "enter", ...cgroups, "--", ...nspawn], {
    env: { PATH: process.env.PATH, SYSTEMD_NSPAWN_API_VFS_WRITABLE: "yes" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
  writeFileSync(join(daemonDir(name), "nspawn.json"), JSON.stringify(identity ?? null));
  return child;
}

function exitCode(child: ReturnType<typeof boot>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
}

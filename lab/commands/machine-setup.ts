import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statfsSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { removeLabCgroups } from "../machine/cgroup";
import { endDaemon } from "../machine/daemon";
import { nspawnDir } from "../host/host";
import { recordedHosts } from "../host/host-disk";
import { makeBaseTree } from "../host/base";
import { clearHost } from "../host/supervisor";
import { raiseKernelSettings, restoreKernelSettings } from "../machine/kernel-settings";
import { LabError } from "../machine/lab-error";
import { makeBridge, removeBridge } from "../machine/network";
import { completePath, installPackages } from "../machine/packages";
import { runDir, sshKeyFile, stateDir } from "../machine/paths";
import { commandResult, run } from "../machine/process";

const tmpfsMagic = 0x01021994;

/** Refuses machines that cannot carry lab hosts. */
export function requireMachine(): void {
  if (process.platform !== "linux") {
    throw new LabError(
      `the lab's hosts are Linux containers: got ${process.platform}, expected Linux`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new LabError("the lab makes network namespaces and mounts: run it as root (sudo)");
  }
  completePath();
}

/** Makes what all hosts share: packages, base tree, SSH key, bridge, kernel settings. */
export async function prepareMachine(progress: (line: string) => void): Promise<void> {
  await installPackages(progress);
  await makeBaseTree(progress);
  mkdirSync(stateDir, { recursive: true, mode: 0o755 });
  if (!existsSync(sshKeyFile)) {
    mkdirSync(dirname(sshKeyFile), { recursive: true, mode: 0o700 });
    await run("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-C",
      "plinth-lab",
      "-f",
      sshKeyFile,
    ]);
  }
  raiseKernelSettings();
  await makeBridge();
  mkdirSync(nspawnDir, { recursive: true });
  // on a plain file system a host that reboots itself would be aborted
  if (statfsSync(nspawnDir).type !== tmpfsMagic) {
    await run("mount", ["-t", "tmpfs", "-o", "mode=0755", "plinth-lab", nspawnDir]);
  }
}

/** Ends everything the lab runs on this machine and removes its state; the user's cache stays. */
export async function tearDown(): Promise<void> {
  const names = existsSync(runDir)
    ? readdirSync(runDir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  await Promise.all(names.map(({ name }) => endDaemon(name, 15)));
  await Promise.all(recordedHosts().map(clearHost));
  for (const path of mountsUnder(stateDir)) await run("umount", ["-l", path]);
  removeLabCgroups();
  await removeBridge();
  restoreKernelSettings();
  await removeRunState();
  // the folder itself may be a disk of its own
  for (const name of existsSync(stateDir) ? readdirSync(stateDir) : []) {
    rmSync(join(stateDir, name), { recursive: true, force: true });
  }
  removeIfEmpty(stateDir);
}

async function removeRunState(): Promise<void> {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  if (mounts.some((line) => line.startsWith(`plinth-lab ${nspawnDir} `))) {
    await run("umount", ["-l", nspawnDir]);
  }
  const folders = ["locks", "propagate", ".", ".."].map((name) => join(nspawnDir, name));
  folders.forEach(removeIfEmpty);
  // `ip netns` leaves its folder mounted on itself
  if (existsSync("/run/netns") && readdirSync("/run/netns").length === 0) {
    await commandResult("umount", ["-l", "/run/netns"]);
    removeIfEmpty("/run/netns");
  }
  rmSync(runDir, { recursive: true, force: true });
}

function mountsUnder(directory: string): string[] {
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${directory}/`))
    .reverse();
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // not empty or not there: others use it
  }
}

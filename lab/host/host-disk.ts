import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { baseTree } from "./base";
import { type LabHost, hostFiles, hostPaths, limitedMeminfo, overlayMount } from "./host";
import initText from "./lab-init.sh";
import { sshKeyFile, stateDir } from "../machine/paths";
import { commandResult, run } from "../machine/process";

/** The recorded hosts, running or not, by name. */
export function recordedHosts(): LabHost[] {
  const directory = join(stateDir, "hosts");
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .flatMap((name) => recordedHost(name) ?? []);
}

/** A host's record, or undefined when its disk was never finished. */
export function recordedHost(name: string): LabHost | undefined {
  try {
    // written by recordHost alone
    return JSON.parse(readFileSync(hostPaths(name).record, "utf8")) as LabHost;
  } catch {
    return undefined;
  }
}

/** Writes a host's record. */
export async function recordHost(host: LabHost): Promise<void> {
  await writeFile(hostPaths(host.name).record, JSON.stringify(host, undefined, 2) + "\n");
}

/** Makes a host's disk: its own view of the base tree with its identity. The record is written last. */
export async function makeDisk(host: LabHost): Promise<LabHost> {
  const paths = hostPaths(host.name);
  await removeDisk(host.name);
  for (const directory of [paths.root, paths.upper, paths.work]) {
    mkdirSync(directory, { recursive: true });
  }
  const base = baseTree();
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", host.name, "-f", paths.hostKey]);
  const mounted = await commandResult("mount", overlayMount(host.name, base));
  const disk = mounted.status === 0 ? "overlay" : "copy";
  if (disk === "copy") await run("cp", ["-a", "--reflink=auto", `${base}/.`, paths.root]);
  await run("cp", ["-a", "--reflink=auto", join(base, "var"), paths.var]);
  const files = hostFiles({
    name: host.name,
    address: host.address,
    machineId: randomBytes(16).toString("hex"),
    hostKey: await readFile(paths.hostKey, "utf8"),
    hostPublicKey: await readFile(`${paths.hostKey}.pub`, "utf8"),
    authorizedKey: await readFile(`${sshKeyFile}.pub`, "utf8"),
  });
  for (const [path, file] of Object.entries(files)) {
    const target = join(paths.root, path);
    if (path.includes(".ssh/")) {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      chownSync(dirname(target), file.owner ?? 0, file.owner ?? 0);
    }
    await rm(target, { force: true });
    await writeFile(target, file.content);
    await chmod(target, file.mode);
    chownSync(target, file.owner ?? 0, file.owner ?? 0);
  }
  const made = { ...host, disk } as const;
  await unmountDisk(host.name);
  await recordHost(made);
  return made;
}

/** Mounts a host's disk, with the lab's own parts of it as new as the lab. */
export async function mountDisk(host: LabHost): Promise<void> {
  await unmountDisk(host.name);
  if (host.disk === "overlay") await run("mount", overlayMount(host.name, baseTree()));
  const meminfo = join(hostPaths(host.name).root, "etc/lab-meminfo");
  const init = join(hostPaths(host.name).root, "usr/local/sbin/lab-init");
  await writeFile(init, initText, { mode: 0o755 });
  if (host.memoryBytes === undefined) await rm(meminfo, { force: true });
  else {
    const machine = await readFile("/proc/meminfo", "utf8");
    await writeFile(meminfo, limitedMeminfo(machine, host.memoryBytes));
  }
}

/** Unmounts a host's disk, however often it is mounted. */
export async function unmountDisk(name: string): Promise<void> {
  const { root } = hostPaths(name);
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  for (const line of mounts.filter((entry) => entry.split(" ")[1] === root)) {
    await run("umount", ["-l", line.split(" ")[1] ?? root]);
  }
}

/** Removes a host's disk and record. */
export async function removeDisk(name: string): Promise<void> {
  await unmountDisk(name);
  rmSync(hostPaths(name).directory, { recursive: true, force: true });
}

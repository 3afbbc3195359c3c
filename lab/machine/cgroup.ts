import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LabError } from "./lab-error";
import { pause } from "./process";

/** One mounted cgroup hierarchy. */
export interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
  /** Controllers of a version 1 hierarchy, e.g. `memory`. */
  readonly controllers: readonly string[];
}

const v1Controllers = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"];

/** The hierarchies in the text of /proc/mounts. */
export function hierarchies(mounts: string): Hierarchy[] {
  return mounts.split("\n").flatMap((line): Hierarchy[] => {
    const [, path = "", type = "", options = ""] = line.split(" ");
    if (!path.startsWith("/sys/fs/cgroup")) return [];
    if (type === "cgroup2") return [{ path, version: 2, controllers: [] }];
    if (type !== "cgroup") return [];
    const controllers = options.split(",").filter((option) => v1Controllers.includes(option));
    return [{ path, version: 1, controllers }];
  });
}

/** The folder of all hosts' cgroups in a hierarchy. */
function labCgroup(hierarchy: Hierarchy): string {
  return join(hierarchy.path, "plinth-lab");
}

/** A host's own cgroups, one in every hierarchy. */
export function hostCgroups(all: readonly Hierarchy[], host: string): string[] {
  return all.map((hierarchy) => join(labCgroup(hierarchy), host));
}

/** File and value of a host's memory limit; "" removes the limit. */
export function memoryLimit(
  all: readonly Hierarchy[],
  host: string,
  bytes: number | undefined,
): { file: string; value: string } | undefined {
  const v1 = all.find(({ controllers }) => controllers.includes("memory"));
  const hierarchy = v1 ?? all.find(({ path }) => path === "/sys/fs/cgroup");
  if (hierarchy === undefined) return undefined;
  const directory = join(labCgroup(hierarchy), host);
  return v1
    ? { file: join(directory, "memory.limit_in_bytes"), value: String(bytes ?? -1) }
    : { file: join(directory, "memory.max"), value: bytes === undefined ? "max" : String(bytes) };
}

/** The machine's hierarchies; throws where there is none to put hosts into. */
function mountedHierarchies(): Hierarchy[] {
  const found = hierarchies(readFileSync("/proc/mounts", "utf8"));
  if (found.length > 0) return found;
  throw new LabError(
    "no cgroup hierarchy is mounted under /sys/fs/cgroup; hosts need cgroup v1 or v2",
  );
}

/** Makes a host's cgroups, with what children need before a process may enter them. */
export function makeCgroups(host: string, memoryBytes: number | undefined): string[] {
  const all = mountedHierarchies();
  for (const hierarchy of all) {
    const lab = labCgroup(hierarchy);
    for (const directory of [lab, join(lab, host)]) {
      mkdirSync(directory, { recursive: true });
      if (hierarchy.controllers.includes("cpuset")) inheritCpuset(directory);
    }
    // the delegation ends at the host's own cgroup: its systemd hands controllers on from there
    if (hierarchy.version === 2) [hierarchy.path, lab].forEach(handOnControllers);
  }
  limitMemory(host, memoryBytes);
  return hostCgroups(all, host);
}

/** Sets a host's memory limit, also while it runs. */
export function limitMemory(host: string, bytes: number | undefined): void {
  const limit = memoryLimit(mountedHierarchies(), host, bytes);
  if (limit && existsSync(limit.file)) writeFileSync(limit.file, limit.value);
}

/**
 * Ends every process in a host's cgroups: exactly those that the host started. Its first process and
 * systemd-nspawn do not end with each other.
 */
export function killCgroups(host: string): void {
  for (const directory of hostCgroups(mountedHierarchies(), host)) killTree(directory);
}

/** Ends what is left of a host and removes its cgroups with all children. */
export async function removeCgroups(host: string): Promise<void> {
  const directories = hostCgroups(mountedHierarchies(), host);
  for (let attempt = 0; attempt < 250; attempt++) {
    killCgroups(host);
    if (directories.map(removeTree).every(Boolean)) return;
    await pause(20);
  }
}

/** Ends whatever is left in the lab's cgroups and removes them. */
export function removeLabCgroups(): void {
  for (const directory of mountedHierarchies().map(labCgroup)) {
    killTree(directory);
    removeTree(directory);
  }
}

function inheritCpuset(directory: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    if (readFileSync(join(directory, file), "utf8").trim() !== "") continue;
    writeFileSync(join(directory, file), readFileSync(join(directory, "..", file)));
  }
}

function handOnControllers(directory: string): void {
  const names = readFileSync(join(directory, "cgroup.controllers"), "utf8").trim().split(" ");
  for (const name of names.filter(Boolean)) {
    try {
      writeFileSync(join(directory, "cgroup.subtree_control"), `+${name}`);
    } catch {
      // a controller that cannot be handed on here is one that hosts do without
    }
  }
}

function killTree(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) killTree(join(directory, entry.name));
  }
  const members = readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  for (const pid of members) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // it ended by itself
    }
  }
}

function removeTree(directory: string): boolean {
  if (!existsSync(directory)) return true;
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(directory, entry.name));
    }
    rmdirSync(directory);
    return true;
  } catch {
    return !existsSync(directory);
  }
}

import { join } from "node:path";
import { gateway, namespaceName } from "../machine/network";
import { stateDir } from "../machine/paths";

/** A host of the lab as recorded in its folder. */
export interface LabHost {
  readonly name: string;
  readonly address: string;
  /** Limit of the host's memory in bytes; none when absent. */
  readonly memoryBytes?: number;
  /** How its disk shares the base tree: overlay, or a copy where overlays cannot be mounted. */
  readonly disk?: "overlay" | "copy";
}

/** The parts of a host's disk under the lab's state. */
export function hostPaths(name: string) {
  const directory = join(stateDir, "hosts", name);
  return {
    directory,
    record: join(directory, "host.json"),
    /** Present while the host's cable is cut. */
    cut: join(directory, "cut"),
    hostKey: join(directory, "ssh_host_ed25519_key"),
    root: join(directory, "root"),
    upper: join(directory, "upper"),
    work: join(directory, "work"),
    /** The host's /var, on the machine's own file system: container runtimes cannot stack overlays. */
    var: join(directory, "var"),
  };
}

/** Arguments of `mount` for a host's disk over the base tree. */
export function overlayMount(name: string, base: string): string[] {
  const { root, upper, work } = hostPaths(name);
  const options = `lowerdir=${base},upperdir=${upper},workdir=${work}`;
  return ["-t", "overlay", "-o", options, `plinth-lab-${name}`, root];
}

/** One file of a host's disk before its first boot. */
export interface HostFile {
  readonly content: string;
  readonly mode: number;
  /** Numeric owner and group; root when absent. */
  readonly owner?: number;
}

/** The user id of `ops`, the first user made in the base tree. */
const opsId = 1000;

/** What makes a host itself, by path. */
export function hostFiles(args: {
  readonly name: string;
  readonly address: string;
  readonly machineId: string;
  readonly hostKey: string;
  readonly hostPublicKey: string;
  readonly authorizedKey: string;
}): Readonly<Record<string, HostFile>> {
  return {
    "etc/hostname": { content: `${args.name}\n`, mode: 0o644 },
    "etc/hosts": { content: `127.0.0.1 localhost\n${args.address} ${args.name}\n`, mode: 0o644 },
    "etc/machine-id": { content: `${args.machineId}\n`, mode: 0o444 },
    "etc/resolv.conf": { content: `nameserver ${gateway}\n`, mode: 0o644 },
    "etc/ssh/ssh_host_ed25519_key": { content: args.hostKey, mode: 0o600 },
    "etc/ssh/ssh_host_ed25519_key.pub": { content: args.hostPublicKey, mode: 0o644 },
    "root/.ssh/authorized_keys": { content: args.authorizedKey, mode: 0o600 },
    "home/ops/.ssh/authorized_keys": { content: args.authorizedKey, mode: 0o600, owner: opsId },
  };
}

/** Text of /proc/meminfo for a host whose memory is limited; `machine` is the machine's own. */
export function limitedMeminfo(machine: string, bytes: number): string {
  const limit = `${Math.floor(bytes / 1024)} kB`;
  return machine
    .replace(/^(Mem(?:Total|Free|Available):\s+)\d+ kB$/gm, `$1${limit}`)
    .replace(/^(Swap(?:Total|Free):\s+)\d+ kB$/gm, "$10 kB");
}

/** Devices of the machine that hosts get where they exist. */
export const sharedDevices = ["/dev/kmsg", "/dev/fuse", "/dev/net/tun"];

/** Arguments of `systemd-nspawn` that boot a host. */
export function nspawnArguments(name: string, devices: readonly string[]): string[] {
  const { root, var: variable } = hostPaths(name);
  return [
    "--quiet",
    `--directory=${root}`,
    "--register=no",
    "--keep-unit",
    `--machine=${name}`,
    `--hostname=${name}`,
    `--network-namespace-path=/run/netns/${namespaceName(name)}`,
    "--capability=all",
    "--system-call-filter=@known @mount @keyring bpf perf_event_open",
    "--console=read-only",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
    `--bind=${variable}:/var`,
    ...devices.map((device) => `--bind=${device}`),
    "/usr/local/sbin/lab-init",
  ];
}

/** Run-time folder of `systemd-nspawn`. */
export const nspawnDir = "/run/systemd/nspawn";

/** Exit code of `systemd-nspawn --keep-unit` when the host reboots itself. */
export const rebootExitCode = 133;

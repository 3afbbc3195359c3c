import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./lab-error";
import { commandResult } from "./process";

const systemPaths = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Debian package by a command it brings. */
const packageOf: Readonly<Record<string, string>> = {
  mmdebstrap: "mmdebstrap",
  "systemd-nspawn": "systemd-container",
  ip: "iproute2",
  nft: "nftables",
  iptables: "iptables",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  curl: "curl",
  ps: "procps",
};

/** Puts the administrator's folders on PATH: `su` on Debian leaves them out. */
export function completePath(): void {
  const folders = (process.env.PATH ?? "/usr/bin:/bin").split(":");
  const missing = systemPaths.filter((folder) => !folders.includes(folder));
  process.env.PATH = [...folders, ...missing].join(":");
}

/** Whether a command is on PATH. */
export function hasCommand(command: string): boolean {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.some((folder) => folder !== "" && existsSync(join(folder, command)));
}

/** Installs the Debian packages of missing commands. */
export async function installPackages(progress: (line: string) => void): Promise<void> {
  const missing = Object.keys(packageOf).filter((command) => !hasCommand(command));
  if (missing.length === 0) return;
  await install([...new Set(missing.map((command) => packageOf[command] ?? command))], progress);
}

/** Path of a busybox that needs no libraries, installed where it is missing. */
export async function busyboxBinary(): Promise<string> {
  // of the two Debian packages with this path only one is static
  await installMissing(["busybox-static"]);
  return "/bin/busybox";
}

/** Installs those of the Debian packages that are not there. */
export async function installMissing(packages: readonly string[]): Promise<void> {
  const installed = await commandResult("dpkg-query", ["-s", ...packages]);
  if (installed.status !== 0) await install(packages, () => undefined);
}

async function install(
  packages: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  if (!hasCommand("apt-get")) {
    throw new LabError(`${packages.join(", ")} not installed, and no apt-get to install it with`);
  }
  progress(`installing Debian packages: ${packages.join(" ")}`);
  const args = ["install", "-y", "--no-install-recommends", ...packages];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  let result = await commandResult("apt-get", args, { env });
  if (result.status !== 0) {
    await commandResult("apt-get", ["update"], { env });
    result = await commandResult("apt-get", args, { env });
  }
  if (result.status !== 0) {
    const reason = result.stderr.trim().split("\n").at(-1) ?? "";
    throw new LabError(`cannot install ${packages.join(" ")}: ${reason}`);
  }
}

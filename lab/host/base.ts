import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rename } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../process/user-folders";
import hookText from "./base-hook.sh";
import { LabError } from "../machine/lab-error";
import { run } from "../machine/process";

const suite = "bookworm";

const packages = [
  ...["systemd", "systemd-sysv", "dbus", "openssh-server", "sudo"],
  ...["iproute2", "iptables", "nftables", "conntrack", "socat", "ethtool", "iputils-ping"],
  ...["ca-certificates", "curl", "kmod", "procps", "tar", "gzip"],
  ...["haproxy", "keepalived"],
];

const leftOut = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/locale/*",
  "/usr/share/info/*",
];

/** A short name for exactly this recipe of the base tree. */
export function recipeHash(): string {
  const recipe = JSON.stringify([suite, packages, leftOut, hookText, process.arch]);
  return createHash("sha256").update(recipe).digest("hex").slice(0, 12);
}

/** The tree that all hosts' disks lie over. */
export function baseTree(): string {
  return join(cacheFolder(), "lab", `base-${suite}-${recipeHash()}`);
}

/** Makes the base tree unless the cache has it. */
export async function makeBaseTree(progress: (line: string) => void): Promise<void> {
  const tree = baseTree();
  if (existsSync(tree)) return;
  progress("making the hosts' base image (once)");
  mkdirSync(join(cacheFolder(), "lab"), { recursive: true });
  const temporary = await mkdtemp(join(cacheFolder(), "lab", "making-"));
  try {
    const hook = join(temporary, "base-hook.sh");
    writeFileSync(hook, hookText, { mode: 0o755 });
    const root = join(temporary, "root");
    await run("mmdebstrap", [
      "--variant=minbase",
      `--include=${packages.join(",")}`,
      ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      `--customize-hook=${hook}`,
      suite,
      root,
    ]);
    await rename(root, tree);
  } catch (error) {
    if (existsSync(tree)) return; // another run was faster
    throw new LabError(`the base image cannot be made: ${(error as Error).message}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

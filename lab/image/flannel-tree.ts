import { existsSync } from "node:fs";
import { cp, mkdir, realpath, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../machine/process";

/** Programs that flanneld calls, as Debian names them. */
const programs = ["/usr/sbin/nft", "/usr/sbin/xtables-nft-multi"];

/** Names under which one program answers to all of iptables' commands. */
const iptablesNames = ["iptables", "iptables-save", "iptables-restore"].flatMap((name) => [
  name,
  name.replace("iptables", "ip6tables"),
]);

/** The shared libraries in the output of `ldd`. */
export function libraries(lddOutput: string): string[] {
  const paths = [...lddOutput.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? "");
  return [...new Set(paths)].sort();
}

/** Copies nftables and iptables with their libraries out of a Debian tree. */
export async function copyPacketFilters(base: string, tree: string): Promise<void> {
  const ldd = await run("chroot", [base, "ldd", ...programs]);
  const extensions = await run("chroot", [base, "find", "/usr/lib", "-path", "*/xtables/*.so"]);
  const files = [...programs, ...libraries(ldd), ...extensions.trim().split("\n")];
  for (const file of files) {
    // Debian's /lib and /lib64 are links into /usr
    const target = join(tree, file.startsWith("/usr") ? file : `/usr${file}`);
    await mkdir(dirname(target), { recursive: true });
    await cp(await resolvedFile(base, file), target);
  }
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    if (existsSync(join(tree, "usr", name))) await symlink(`usr/${name}`, join(tree, name));
  }
  for (const name of iptablesNames) {
    await symlink("xtables-nft-multi", join(tree, "usr/sbin", name));
  }
}

/** The machine's path of a file in a Debian tree, its links followed inside the tree. */
async function resolvedFile(base: string, file: string): Promise<string> {
  const path = (await run("chroot", [base, "realpath", file])).trim();
  return realpath(join(base, path));
}

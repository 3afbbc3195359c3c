import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { shellOn } from "../lab/host-probes";
import type { SecretPieces } from "../text/secret-pieces";

/** A place that gives a secret away: a line of a file, or a file. */
export interface Leak {
  readonly place: string;
  /** Name of the secret. */
  readonly secret: string;
}

/**
 * Lines of Pulumi's own innermost log (level 9) that hold secrets as plain text, whatever a program
 * or provider does: the inside of the wrapper that marks a secret, and a provider's configuration,
 * which the engine hands over for its check without such wrappers.
 */
const pulumiOwn =
  /^[^{]*\{"time":"[^"]*","level":"INFO","msg":"(Unm|M)arshaling property for RPC\[([^{]*\]: value|[^{]*\.CheckConfig\([^{]*\]: \w+)=\{.*"v":9\}$/;

/** Runs a program that reads the pieces, one a line, from its input: no secret is ever an argument. */
function withPieces(
  pieces: SecretPieces,
  program: string,
  args: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("latin1").on("data", (text: string) => (output += text));
    child.on("error", reject);
    // grep ends with 1 where there is nothing, and with 2 where a file went away under it
    child.on("close", () => resolve(output));
    child.stdin.on("error", reject);
    child.stdin.end([...pieces.keys()].join("\n"));
  });
}

function leaks(found: string, pieces: SecretPieces): Leak[] {
  const places = new Map<string, Leak>();
  for (const line of found.split("\n").filter(Boolean)) {
    const at = line.lastIndexOf(":");
    const [place, piece] = [line.slice(0, at), line.slice(at + 1)];
    const leak = { place, secret: pieces.get(piece) ?? "unknown" };
    places.set(`${leak.place} ${leak.secret}`, leak);
  }
  return [...places.values()];
}

/** Lines of files of this machine that give a secret away; folders are searched to their bottoms. */
export async function leaksInFiles(
  pieces: SecretPieces,
  ...paths: readonly string[]
): Promise<readonly Leak[]> {
  const args = ["-raoHnF", "-f", "-", "--", ...paths];
  return leaks(await withPieces(pieces, "grep", args), pieces);
}

/** Lines of a text that give a secret away, by their numbers. */
export async function leaksInText(pieces: SecretPieces, text: string): Promise<readonly Leak[]> {
  const file = join(mkdtempSync(join(tmpdir(), "plinth-search-")), "text");
  writeFileSync(file, text, { mode: 0o600 });
  try {
    return await leaksInFiles(pieces, file);
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
}

/** Files of a lab host, wherever on it, in which there is a secret. */
export async function leaksOnHost(pieces: SecretPieces, host: string): Promise<readonly Leak[]> {
  // the folders that are left out show the kernel, not a disk
  const folders =
    "$(find / -mindepth 1 -maxdepth 1 -type d ! -name proc ! -name sys ! -name dev) /dev/shm";
  const search = `grep -rasoHF -D skip -f - -- ${folders}`;
  const ssh = ["dist/lab.js", "ssh", host, search];
  return leaks(await withPieces(pieces, process.execPath, ssh), pieces);
}

/** The lines of a run's output but those in which Pulumi itself shows secrets. */
export function withoutPulumisOwn(output: string): string {
  return output
    .split("\n")
    .filter((line) => !pulumiOwn.test(line))
    .join("\n");
}

/** Users of a lab host, other than root, that can read a file, by file. */
export async function readers(
  host: string,
  files: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const each = `for file; do if [ -r "$file" ]; then echo "$file $USER"; fi; done`;
  const asUser = `USER=$user setpriv --reuid $user --regid $(id -g $user) --init-groups --inh-caps=-all sh -c '${each}' sh ${files.join(" ")}`;
  const output = await shellOn(
    host,
    `for user in $(getent passwd | cut -d : -f 1 | grep -vx root); do ${asUser}; done`,
  );
  const found = output.split("\n").map((line) => line.split(" "));
  return Object.fromEntries(
    files.map((file) => [
      file,
      found.flatMap(([path, user = ""]) => (path === file ? [user] : [])).sort(),
    ]),
  );
}

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** How long a lock is waited for in silence. */
const patienceMs = 1000;

/** What the holder ends with when the file was removed while it waited for the lock on it. */
const fileWasRemoved = 75;

/**
 * Takes the lock of the file $1, says so, and holds it until standard input ends, which is with this
 * process however that one dies. The file then holds the number of this process.
 */
const holderScript = `
exec 9>>"$1"
flock 9
[ "$1" -ef /proc/self/fd/9 ] || exit ${fileWasRemoved}
echo "$PPID" >"$1"
echo locked
exec cat`;

/** Runs `work` while no other process holds the lock on `path`; `waiting` gets the holder's number. */
export async function withLock<T>(
  path: string,
  waiting: (holder: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const patience = setTimeout(() => waiting(holderOf(path)), patienceMs);
  const release = await takenLock(path).finally(() => clearTimeout(patience));
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Takes the lock; returns what releases it. */
async function takenLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    // the holder before may have removed it
    mkdirSync(dirname(path), { recursive: true });
    const holder = spawn("sh", ["-c", holderScript, "lock", path], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      holder.once("error", reject);
      holder.once("close", resolve);
    });
    const said = new Promise<"locked">((resolve) =>
      holder.stdout.once("data", () => resolve("locked")),
    );
    const first = await Promise.race([said, ended]);
    if (first === "locked") {
      return async () => {
        holder.stdin.end();
        await ended;
      };
    }
    if (first !== fileWasRemoved) {
      throw new Error(`${path}: can't lock it, flock ended with ${first ?? "a signal"}`);
    }
  }
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim() || "?";
  } catch {
    return "?";
  }
}

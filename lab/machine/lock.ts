import { join } from "node:path";
import { withLock } from "../../process/lock";
import { runDir } from "./paths";

/** Runs `work` while no other command of the lab changes hosts on this machine. */
export function withLabLock<T>(
  progress: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const waiting = (holder: string): void =>
    progress(`waiting for process ${holder}, which changes the lab`);
  return withLock(join(runDir, "lock"), waiting, work);
}

/** Who holds the lock of a stack, from the error of Pulumi's own backends (files, S3 and the like). */
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { processStat } from "../../process/process-stat";

export interface StackLock {
  /** Where the lock lies, such as `file:///…/.pulumi/locks/…json`. */
  readonly url: string;
  readonly user: string;
  readonly machine: string;
  readonly pid: number;
  readonly since: Date;
}

/** Prefix of Pulumi's error when a stack is locked. */
export const lockedError = "error: the stack is currently locked by ";

/** The locks that an error of Pulumi names; none for any other text. */
export function stackLocks(text: string): readonly StackLock[] {
  if (!text.includes(lockedError)) return [];
  const lines = text.matchAll(/^ *(\S+): created by (.*)@(\S+) \(pid (\d+)\) at (\S+)$/gm);
  return [...lines].map(([, url = "", user = "", machine = "", pid = "", since = ""]) => ({
    url,
    user,
    machine,
    pid: Number(pid),
    since: new Date(since),
  }));
}

/**
 * Whether the run that holds a lock is known to have ended. A backend that several machines share may
 * name another machine of the same name, so only files of this one are judged.
 */
export function isAbandoned(lock: StackLock): boolean {
  if (!lock.url.startsWith("file:") || lock.machine !== hostname()) return false;
  const holder = processStat(lock.pid);
  if (holder === undefined) return existsSync("/proc/self/stat");
  // a process that nobody has waited for yet, or another one that got the number since
  return holder.state === "Z" || holder.command !== "pulumi";
}

/** The message for an operator who has to wait. */
export function lockText({ user, machine, pid, since }: StackLock): string {
  const time = since.toISOString().slice(0, 19).replace("T", " ");
  return (
    `the stack is being changed by ${user}@${machine} (pid ${pid}) since ${time} UTC; ` +
    `wait for that run, or, if it is gone for good, free the stack with: pulumi cancel`
  );
}

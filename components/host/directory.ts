import type { Directory } from "../../provider/api";

/** A directory that everyone may list. */
export const publicDirectory: Directory = { mode: "0755", owner: "root:root" };

/** A directory that only its owner enters; `owner` is a user with a group of the same name. */
export function privateDirectory(owner: string): Directory {
  return { mode: "0700", owner: `${owner}:${owner}` };
}

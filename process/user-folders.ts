import { homedir } from "node:os";
import { join } from "node:path";

/** Plinth's part of the user's cache, shared by all clones and stacks. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "plinth");
}

/** The path with a leading `~` replaced by the home directory. */
export function expandedHome(path: string, home: string = homedir()): string {
  return path.replace(/^~(?=\/|$)/, home);
}

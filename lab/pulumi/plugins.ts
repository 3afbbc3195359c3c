import { copyFileSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Puts the program that stands in for plugins into a Pulumi home, under each plugin's name and version. */
export function installPlugins(
  binary: string,
  home: string,
  versions: Readonly<Record<string, string>>,
): void {
  for (const [name, version] of Object.entries(versions)) {
    const folder = join(home, "plugins", `resource-${name}-v${version}`);
    mkdirSync(folder, { recursive: true });
    placeBinary(binary, join(folder, `pulumi-resource-${name}`));
  }
}

/** Puts a binary in a place of its own, sharing its content where the file system can. */
export function placeBinary(binary: string, target: string): void {
  if (isPlaced(binary, target)) return; // it may be running
  rmSync(target, { force: true });
  try {
    // a program asks the system for its own path: a symbolic link would give it the wrong one
    linkSync(binary, target);
  } catch {
    copyFileSync(binary, target);
  }
}

function isPlaced(binary: string, target: string): boolean {
  const placed = statSync(target, { throwIfNoEntry: false });
  const source = statSync(binary);
  if (placed === undefined) return false;
  return placed.ino === source.ino || (placed.size === source.size && placed.mtime > source.mtime);
}

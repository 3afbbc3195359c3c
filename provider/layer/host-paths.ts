/** Arithmetic on absolute paths of a host (always POSIX, whatever the operator's machine is). */

export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** All directories above a path except the root, from the top down. */
export function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

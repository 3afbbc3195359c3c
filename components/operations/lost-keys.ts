/** A key or certificate, without its content. */
export interface KnownKey {
  /** Equal for those that serve for the same. */
  readonly identity: string;
  /** What it is, with the beginning of its fingerprint. */
  readonly title: string;
}

/** A file of keys on a host that a run writes. */
export interface KeyFile {
  readonly host: string;
  readonly path: string;
  readonly found: readonly KnownKey[];
  /** Undefined where a preview can't know: they would be new. */
  readonly written: readonly KnownKey[] | undefined;
}

/** Why a run must not write these files; undefined where each of them keeps every key that is in it. */
export function keyRefusal(files: readonly KeyFile[]): string | undefined {
  const lost = files.flatMap(({ host, path, found, written = [] }) =>
    found
      .filter(({ identity }) => !written.some((each) => each.identity === identity))
      .map(({ title }) => `  ${host}: ${path}: ${title}`),
  );
  if (lost.length === 0) return undefined;
  return [
    "keys on hosts are not among those that this run would write in their place; no host was changed:",
    ...new Set(lost),
    "what they have signed or encrypted would be worth nothing any more. Restore the state that made them " +
      "(pulumi stack import); if that cluster is not needed, clear its hosts with plinth reset: " +
      "docs/troubleshooting.md, Keys that would be lost",
  ].join("\n");
}

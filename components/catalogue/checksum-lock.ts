import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dump, load } from "js-yaml";
import { z } from "zod";

/** sha256 of downloads by their official address. */
export type ChecksumLock = Readonly<Record<string, string>>;

const lockSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

const head = `# sha256 of downloads, read once from upstream's own checksum files, or of the file itself where
# upstream has none. Keep this file in version control: a download that changes afterwards is refused.
`;

/** The checksums recorded in a lock file; none when there is no file yet. */
export function checksumLock(path: string): ChecksumLock {
  if (!existsSync(path)) return {};
  const parsed = lockSchema.safeParse(load(readFileSync(path, "utf8"), { filename: path }) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${path}: ${String(issue?.path[0] ?? "the file")}: got something else, expected addresses with ` +
      "64 hex digits each; restore the file, or delete it to fetch the checksums from upstream again",
  );
}

/** Writes a lock file in one step, its addresses sorted so that changes of it read well. */
export function writeChecksumLock(path: string, lock: ChecksumLock): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, head + dump(lock, { sortKeys: true, lineWidth: -1 }));
  renameSync(temporary, path);
}

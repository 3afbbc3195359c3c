import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../process/user-folders";

/** A manifest that an earlier run fetched, by its checksum; a damaged file counts as none. */
export function cachedManifest(sha256: string): string | undefined {
  const file = join(manifestFolder(), `${sha256}.yaml`);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  return textChecksum(text) === sha256 ? text : undefined;
}

/** Keeps a manifest, so that later runs need no network for it; returns its sha256. */
export function cacheManifest(text: string): string {
  const sha256 = textChecksum(text);
  const file = join(manifestFolder(), `${sha256}.yaml`);
  mkdirSync(manifestFolder(), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
  return sha256;
}

/** sha256 of a text's UTF-8 bytes. */
export function textChecksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Shared by all stacks. */
function manifestFolder(): string {
  return join(cacheFolder(), "manifests");
}

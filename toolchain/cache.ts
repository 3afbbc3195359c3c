import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Product } from "./product";

/** Where a product's binaries come from. */
export type Source = "build" | "download";

/** What is recorded beside a product's binaries; it is written once they are complete. */
export interface Receipt {
  readonly product: string;
  readonly version: string;
  readonly source: Source;
  readonly seconds: number;
}

const receiptName = ".plinth.json";

/** Hash of all that decides a product's binaries: equal inputs, equal key. */
export function cacheKey(...inputs: readonly unknown[]): string {
  const text = JSON.stringify(inputs, (_, value: unknown) => value ?? null);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Relative path → sha256 of every file that a build of the folder reads. */
export async function folderHashes(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_test.go"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hashes = paths.map(async (path) => [
    path.slice(folder.length + 1),
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  ]);
  return Object.fromEntries(await Promise.all(hashes)) as Record<string, string>;
}

/** Whether the folder holds all of a product's binaries, as finished by an earlier run. */
export function isComplete(folder: string, product: Product): boolean {
  return [receiptName, ...product.outputs].every((name) => existsSync(join(folder, name)));
}

/**
 * Fills `folder` by calling `fill` with an empty folder beside it, which takes its name when all is
 * there: whatever interrupts the run, a folder of that name is complete.
 */
export async function fillFolder(
  folder: string,
  product: Product,
  source: Source,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}.tmp-`;
  for (const left of await readdir(parent)) {
    if (left.startsWith(prefix)) await rm(join(parent, left), { recursive: true, force: true });
  }
  const temporary = join(parent, `${prefix}${process.pid}`);
  await mkdir(temporary);
  const started = Date.now();
  try {
    await fill(temporary);
    const missing = product.outputs.filter((output) => !existsSync(join(temporary, output)));
    if (missing.length > 0) {
      throw new Error(
        `${product.name} ${product.version}: no ${missing.join(", ")} in its outputs`,
      );
    }
    const receipt: Receipt = {
      product: product.name,
      version: product.version,
      source,
      seconds: Math.round((Date.now() - started) / 100) / 10,
    };
    await writeFile(join(temporary, receiptName), `${JSON.stringify(receipt, undefined, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

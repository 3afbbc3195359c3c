import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Product } from "./product";

/** How a product's binaries came about. */
export type Source = "build" | "download";

/** What is recorded beside a product's binaries; its presence says that they are complete. */
export interface Receipt {
  readonly product: string;
  readonly version: string;
  readonly source: Source;
  readonly seconds: number;
}

const receiptName = ".plinth.json";

/** The user's cache folder for finished products, shared by every clone. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(
    base === undefined || base === "" ? join(homedir(), ".cache") : base,
    "plinth/toolchain",
  );
}

/** Hash of all that decides a product's binaries: equal inputs, equal key. */
export function key(...inputs: readonly unknown[]): string {
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
export function finished(folder: string, product: Product): boolean {
  return [receiptName, ...product.outputs].every((name) => existsSync(join(folder, name)));
}

/**
 * Fills `folder` by calling `fill` with an empty folder beside it, which takes its name when all is
 * there: whatever interrupts the run, a folder of that name is complete.
 */
export async function filled(
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

/**
 * Runs `work` while no other process holds the lock on `path`. flock(1) holds it in a child that
 * ends with this process, so that no lock outlives its owner, however that one died.
 */
export async function locked<T>(
  path: string,
  waiting: () => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn("flock", [path, "sh", "-c", "echo locked; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => holder.once("close", () => resolve()));
  const patience = setTimeout(waiting, 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once("data", () => resolve());
      holder.once("error", reject);
      holder.once("exit", (code) =>
        reject(new Error(`flock ${path}: exit ${code ?? "by signal"}`)),
      );
    });
    clearTimeout(patience);
    return await work();
  } finally {
    clearTimeout(patience);
    holder.stdin.end();
    if (holder.pid !== undefined) await ended;
  }
}

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "..", "..", "..");
const goldenDirectory = join(root, "test", "golden");
const writing = process.env.PLINTH_GOLDEN === "write";

/**
 * Fails unless `test/golden/<place>` holds exactly these files (by path relative to it).
 *
 * `PLINTH_GOLDEN=write` writes them instead, and fails all the same, so that a switch that was left
 * on never passes for a test.
 */
export function expectGoldenTree(place: string, files: Readonly<Record<string, string>>): void {
  const directory = join(goldenDirectory, place);
  if (writing) {
    rmSync(directory, { recursive: true, force: true });
    for (const [path, content] of Object.entries(files))
      writeGolden(join(directory, path), content);
    throw new Error(`test/golden/${place} is written; review it, then run without PLINTH_GOLDEN`);
  }
  expect(files).toEqual(goldenFiles(directory));
}

/** {@link expectGoldenTree} for one file; writing fails only where the file was another one. */
export function expectGoldenFile(path: string, content: string): void {
  expectGoldenDocument(join("test", "golden", path), content);
}

/** {@link expectGoldenFile} for a generated file anywhere in the repository, by path from its root. */
export function expectGoldenDocument(path: string, content: string): void {
  const file = join(root, path);
  const golden = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (writing && content !== golden) {
    writeGolden(file, content);
    throw new Error(`${path} is written; review it, then run without PLINTH_GOLDEN`);
  }
  expect(content).toBe(golden);
}

function writeGolden(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function goldenFiles(directory: string): Readonly<Record<string, string>> {
  if (!existsSync(directory)) return {};
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(directory, file), readFileSync(file, "utf8")]),
  );
}

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { preProcessFile } from "typescript";

/** Folder of the repository. */
const root = join(__dirname, "..", "..", "..");

/** Who imports whom: names of files or folders, and from each an arrow to what it imports. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The sources below a folder as paths from the root: TypeScript and shell. */
export function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|sh)$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => `${folder}/${file}`)
    .sort();
}

/** What a file imports: paths from the root without ending, or names of packages; types count too. */
export function importsOf(file: string): readonly string[] {
  if (!file.endsWith(".ts")) return [];
  return preProcessFile(sourceText(file)).importedFiles.map(({ fileName }) =>
    fileName.startsWith(".") ? relative(root, join(root, dirname(file), fileName)) : fileName,
  );
}

export function sourceText(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The files among `files` that each of them imports. */
export function fileGraph(files: readonly string[]): Graph {
  const known = new Set(files);
  return new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .flatMap((imported) => [imported, `${imported}.ts`])
        .filter((imported) => known.has(imported)),
    ]),
  );
}

/** The same arrows between folders, each of which stands for its own files without its subfolders'. */
export function folderGraph(files: Graph): Graph {
  const folders = new Map<string, Set<string>>();
  for (const [file, imported] of files) {
    const targets = folders.get(dirname(file)) ?? new Set<string>();
    for (const target of imported) targets.add(dirname(target));
    targets.delete(dirname(file));
    folders.set(dirname(file), targets);
  }
  return new Map([...folders].map(([folder, targets]) => [folder, [...targets]]));
}

/** One way round for each knot of a graph, as `a -> b -> a`; none where the arrows only go forward. */
export function circles(graph: Graph): readonly string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) {
      found.push([...path.slice(start), node].join(" -> "));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) follow(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) follow(node, []);
  return found;
}

/** The imports by which the arrows of a folder ring come about, so that a reader knows where to cut. */
export function importsBetween(files: Graph, ring: string): readonly string[] {
  const folders = ring.split(" -> ");
  return folders.slice(1).flatMap((target, index) => {
    const from = folders[index];
    const arrows = [...files].flatMap(([file, imported]) =>
      imported
        .filter((each) => dirname(file) === from && dirname(each) === target)
        .map((each) => `${file} imports ${each}`),
    );
    return arrows.slice(0, 1);
  });
}

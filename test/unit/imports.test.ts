import { dirname } from "node:path";
import {
  circles,
  fileGraph,
  folderGraph,
  importsBetween,
  importsOf,
  sourcesBelow,
  sourceText,
} from "../support/imports/source-graph";

const parts = ["components", "addons", "provider", "cli", "lab", "toolchain"] as const;
type Part = (typeof parts)[number];

/** Below all parts, which may import it: it knows none of them, nor any package. */
const ground = ["process", "text", "upstream"] as const;

/** Everything whose layout is held; what the toolchain builds is laid out as Go wants it. */
const roots = [...parts, ...ground, "bench", "test"];
const files = roots.flatMap(sourcesBelow).filter((file) => !file.startsWith("toolchain/products/"));
const graph = fileGraph([...files, "index.ts"]);

/** Folders whose own files are below their subfolders, and why. */
const groundAtTop: Readonly<Record<string, string>> = {
  provider:
    "api.ts, survey-api.ts and reset-api.ts are its contract with the program, json.ts and settings.ts the contract's words",
};

/** Names and types, and the table of what a layer can have: all of the provider that others may import. */
const contract = "provider/api";
const surveyContract = "provider/survey-api";
const resetContract = "provider/reset-api";
const itemTable = "provider/layer/item-kinds";
/** What the provider tells people in previews: its form is shared with the command that sums it up. */
const previewLine = "provider/plan/restart-notes";
/** What a command of `plinth` asks the program for and is told: it runs the program, and imports none of it. */
const operationReport = "components/operations/report";
const reachesHosts = [
  ...["ssh2", "node:child_process", "child_process"],
  ...["process/command", "process/lock"],
];
const reachesOperator = ["node:fs", "node:net", "node:http", "node:https", "node:os", "node:dns"];

/** Files and packages that a part may not import, by the prefix of their names. */
const forbidden: Readonly<Record<Part, readonly string[]>> = {
  components: ["addons/", "provider/", "lab/", "toolchain/", "index", ...reachesHosts],
  addons: ["provider/", "lab/", "toolchain/", "index", ...reachesHosts],
  provider: ["components/", "addons/", "lab/", "toolchain/", "index", "@pulumi/kubernetes"],
  cli: ["components/", "addons/", "provider/", "lab/", "toolchain/", "index", "@pulumi/", "ssh2"],
  lab: ["components/", "addons/", "provider/", "cli/", "index", "@pulumi/"],
  toolchain: ["components/", "addons/", "provider/", "lab/", "index", "@pulumi/"],
};

/** What of the program may read network or disk of the operator's machine. */
const operatorsMachine = [
  // of a layer or an add-on: `operator/` in its folder
  "/operator/",
  // the cluster itself
  "addons/api/",
  // its own cache and lock file
  "components/catalogue/",
  // where the operator's home is, without which no path of the config can be read
  "components/config/model/operator-environment.ts",
  // of node:net it takes what tells an address from a name
  "components/pki/identities.ts",
];

describe("the parts do not know each other", () => {
  test.each(parts)("%s imports nothing beyond its border", (part) => {
    const sources = sourcesBelow(part);
    expect(sources).not.toEqual([]);
    const crossings = sources.flatMap((file) =>
      importsOf(file)
        .filter(
          (imported) =>
            ![contract, surveyContract, resetContract].includes(imported) ||
            ["lab", "toolchain"].includes(part),
        )
        .filter((imported) => imported !== itemTable || part !== "components")
        .filter((imported) => ![previewLine, operationReport].includes(imported) || part !== "cli")
        .filter((imported) => forbidden[part].some((prefix) => imported.startsWith(prefix)))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(crossings).toEqual([]);
  });

  test.each(ground)("%s/ is below every part: it imports nothing but Node's modules", (folder) => {
    const sources = sourcesBelow(folder);
    expect(sources).not.toEqual([]);
    const crossings = sources.flatMap((file) =>
      importsOf(file)
        .filter((imported) => ![...ground, "node:"].some((prefix) => imported.startsWith(prefix)))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(crossings).toEqual([]);
  });

  test("the contract of the provider holds names and types: it imports nothing but itself", () => {
    expect(importsOf(`${contract}.ts`)).toEqual([]);
    expect(importsOf(`${surveyContract}.ts`)).toEqual([contract]);
    expect(importsOf(`${resetContract}.ts`)).toEqual([contract, surveyContract]);
    expect(importsOf(`${itemTable}.ts`)).toEqual(["zod", contract, "provider/layer/patterns"]);
    expect(importsOf(`${previewLine}.ts`)).toEqual([contract]);
  });

  test("operations are pure decisions: they import what the config and each other say", () => {
    const impure = sourcesBelow("components/operations").flatMap((file) =>
      importsOf(file)
        .filter((imported) => !/^components\/(config\/model|network|operations)\//.test(imported))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(impure).toEqual([]);
    expect(importsOf(`${operationReport}.ts`)).toEqual([]);
  });

  test("what renders a cluster reads neither network nor disk of the operator's machine", () => {
    const readers = ["components", "addons"]
      .flatMap(sourcesBelow)
      .filter((file) => !operatorsMachine.some((allowed) => file.includes(allowed)))
      .flatMap((file) =>
        importsOf(file)
          .filter((imported) => reachesOperator.includes(imported))
          .map((imported) => `${file} imports ${imported}`),
      );
    expect(readers).toEqual([]);
  });
});

describe("the layout", () => {
  test("no circle of files", () => {
    expect(circles(graph)).toEqual([]);
  });

  test("no ring of folders", () => {
    const rings = circles(folderGraph(graph));
    expect(rings.map((ring) => ({ ring, imports: importsBetween(graph, ring) }))).toEqual([]);
  });

  test("a folder's own files stand above its subfolders", () => {
    const upward = [...graph].flatMap(([file, imported]) =>
      imported
        .filter((each) => dirname(file).startsWith(`${dirname(each)}/`))
        .filter((each) => groundAtTop[dirname(each)] === undefined)
        .map((each) => `${file} imports ${each}, which is in a folder above it`),
    );
    expect(upward).toEqual([]);
  });

  test.each(Object.keys(groundAtTop))(
    "%s's own files are below all of its subfolders",
    (folder) => {
      const downward = [...graph]
        .filter(([file]) => dirname(file) === folder)
        .flatMap(([file, imported]) =>
          imported
            .filter((each) => dirname(each) !== folder)
            .map((each) => `${file} imports ${each}`),
        );
      expect(downward).toEqual([]);
    },
  );

  test("a folder has at most twelve files, the toolchain's maker fourteen", () => {
    const full = [...new Set(files.map(dirname))]
      .map((folder) => ({ folder, own: files.filter((file) => dirname(file) === folder).length }))
      .filter(({ folder, own }) => own > (folder === "toolchain" ? 14 : 12))
      .map(({ folder, own }) => `${folder} has ${own} files`);
    expect(full).toEqual([]);
  });

  test("no source file has more than 250 lines", () => {
    const long = ["index.ts", ...[...parts, ...ground].flatMap(sourcesBelow)]
      .filter((file) => file.endsWith(".ts"))
      .map((file) => ({ file, lines: sourceText(file).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });
});

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { preProcessFile } from "typescript";

const root = join(__dirname, "..", "..");
const parts = ["components", "addons", "provider", "cli", "lab", "toolchain"] as const;
type Part = (typeof parts)[number];

const contract = "provider/api";
/** What the provider tells people in previews: its form is shared with the command that sums it up. */
const previewLine = "provider/plan/restart-notes";
const reachesHosts = ["ssh2", "node:child_process", "child_process"];

/** Files and packages that a part may not import, by how their names begin. */
const forbidden: Readonly<Record<Part, readonly string[]>> = {
  components: ["addons/", "provider/", "lab/", "toolchain/", "index", ...reachesHosts],
  addons: ["provider/", "lab/", "toolchain/", "index", ...reachesHosts],
  provider: ["components/", "addons/", "lab/", "toolchain/", "index", "@pulumi/kubernetes"],
  cli: ["components/", "addons/", "provider/", "lab/", "toolchain/", "index", "@pulumi/", "ssh2"],
  lab: ["components/", "addons/", "provider/", "cli/", "index", "@pulumi/"],
  toolchain: ["components/", "addons/", "provider/", "lab/", "index", "@pulumi/"],
};

describe("the parts do not know each other", () => {
  test.each(parts)("%s imports nothing beyond its border", (part) => {
    const files = sourcesBelow(part);
    expect(files).not.toEqual([]);
    const crossings = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported !== contract || part === "lab" || part === "toolchain")
        .filter((imported) => imported !== previewLine || part !== "cli")
        .filter((imported) => forbidden[part].some((prefix) => imported.startsWith(prefix)))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(crossings).toEqual([]);
  });

  test("the contract of the provider holds names and types: it imports nothing", () => {
    expect(importsOf(`${contract}.ts`)).toEqual([]);
    expect(importsOf(`${previewLine}.ts`)).toEqual([contract]);
  });
});

test("no source file has more than 250 lines", () => {
  const long = ["index.ts", ...parts.flatMap(sourcesBelow)]
    .map((file) => ({ file, lines: text(file).trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > 250);
  expect(long).toEqual([]);
});

function sourcesBelow(part: string): readonly string[] {
  return readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => `${part}/${file}`);
}

/** What a file imports: paths from the root without ending, or names of packages; types count too. */
function importsOf(file: string): readonly string[] {
  return preProcessFile(text(file)).importedFiles.map(({ fileName }) =>
    fileName.startsWith(".") ? relative(root, join(root, dirname(file), fileName)) : fileName,
  );
}

function text(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";

/** The value of `plinth:cluster`, as far as cases of bad input change it. */
export interface RawCluster {
  name: string;
  hosts: Record<string, Record<string, unknown>>;
  ssh: Record<string, unknown>;
  artifacts: { catalogueFile: string };
  [key: string]: unknown;
}

interface RawStack {
  config: { "plinth:cluster": RawCluster };
}

const folder = mkdtempSync(join(tmpdir(), "plinth-bad-input-"));

const original = join(__dirname, "stacks/bad-input.yaml");

/** Writes the stack config of bad-input.yaml with a change; returns the file. */
export function badStack(change: (cluster: RawCluster) => void): string {
  const stack = load(readFileSync(original, "utf8")) as RawStack; // a file of this folder
  change(stack.config["plinth:cluster"]);
  return temporaryFile("Pulumi.bad-input.yaml", dump(stack));
}

/** The lab's catalogue with another checksum for one artifact, in a file of its own. */
export function falseCatalogue(file: string, artifact: string): string {
  const catalogue = JSON.parse(readFileSync(file, "utf8")) as {
    artifacts: Record<string, Record<string, unknown>>;
  }; // the lab's own format
  const entry = catalogue.artifacts[artifact];
  for (const arch of ["amd64", "arm64"])
    if (entry?.[arch] !== undefined)
      entry[arch] = { ...(entry[arch] as object), sha256: "0".repeat(64) };
  return temporaryFile("catalogue.json", JSON.stringify(catalogue));
}

/** Takes away every file that the functions of this module wrote. */
export function removeBadStacks(): void {
  rmSync(folder, { recursive: true, force: true });
}

function temporaryFile(name: string, text: string): string {
  const file = join(mkdtempSync(join(folder, "case-")), name);
  writeFileSync(file, text);
  return file;
}

/** The reasons that pulumi leaves on the screen when a run has failed, without what differs from run to run. */
export function lastWords(output: string): string {
  const [, reasons = output] = /^Diagnostics:\n(.*?)^(?:Outputs|Resources):$/ms.exec(output) ?? [];
  const steady = reasons
    .replace(/SHA256:[\w+/]{43}/g, `SHA256:${"x".repeat(43)}`)
    .replace(/\b(?!0{64})[0-9a-f]{64}\b/g, "<sha256>")
    .replace(/\b\d+ MiB needed/g, "<n> MiB needed")
    .replace(/[ \t]+$/gm, "");
  // the resources come in the order of chance
  return steady.trimEnd().split("\n\n").sort().join("\n\n").concat("\n");
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";

/** The value of `plinth:cluster`, as far as tests change it. */
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

/** Catalogue entries as in a catalogue file, as far as tests change them. */
export interface RawArtifact {
  version: string;
  amd64?: { url: string; sha256: string };
  arm64?: { url: string; sha256: string };
}

/** Changed copies of stack configs and catalogues, in a folder of their own. */
export class StackCopies {
  private readonly folder = mkdtempSync(join(tmpdir(), "plinth-stacks-"));

  /** Writes a stack config with a change; returns the new file. */
  stack(original: string, change: (cluster: RawCluster) => void): string {
    const stack = load(readFileSync(original, "utf8")) as RawStack; // a file of the tests
    change(stack.config["plinth:cluster"]);
    return this.write(dump(stack));
  }

  /** The lab's catalogue with a change of one artifact, in a file of its own. */
  catalogue(original: string, artifact: string, change: (entry: RawArtifact) => void): string {
    const catalogue = JSON.parse(readFileSync(original, "utf8")) as {
      artifacts: Record<string, RawArtifact>;
    }; // the lab's own format
    const entry = catalogue.artifacts[artifact];
    if (entry === undefined) throw new Error(`${original} has no artifact ${artifact}`);
    change(entry);
    return this.write(JSON.stringify(catalogue));
  }

  /** Takes all of them away. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(text: string): string {
    const file = join(mkdtempSync(join(this.folder, "copy-")), "file.yaml");
    writeFileSync(file, text);
    return file;
  }
}

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";

/** A stack config that a test changes as it goes on: a copy of one of test/support/stacks. */
export class ChangedStack {
  readonly file: string;

  constructor(private readonly original: string) {
    this.file = join(mkdtempSync(join(tmpdir(), "plinth-stack-")), "Pulumi.yaml");
    this.set({});
  }

  /** The original with these keys of `plinth:cluster` in place of its own. */
  set(changes: Readonly<Record<string, unknown>>): void {
    const stack = load(readFileSync(this.original, "utf8")) as {
      config: { "plinth:cluster": Record<string, unknown> };
    }; // one of our own files
    Object.assign(stack.config["plinth:cluster"], changes);
    writeFileSync(this.file, dump(stack));
  }
}

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dump, load } from "js-yaml";

interface StackFile {
  config: { "plinth:cluster": Record<string, unknown>; [key: string]: unknown };
}

/** A stack config file with secrets, changed as an operator changes it. */
export class SecretStack {
  constructor(
    private readonly stack: string,
    readonly file: string,
    original: string,
  ) {
    writeFileSync(file, readFileSync(original));
  }

  /** What stands in the file. */
  get text(): string {
    return readFileSync(this.file, "utf8");
  }

  /** Sets keys of `plinth:cluster`; one that is undefined goes. */
  set(changes: Readonly<Record<string, unknown>>): void {
    const content = load(this.text) as StackFile; // a file of the tests
    Object.assign(content.config["plinth:cluster"], changes);
    writeFileSync(this.file, dump(content, { skipInvalid: true }));
  }

  /** Takes a key of the stack config away. */
  forget(key: string): void {
    const content = load(this.text) as StackFile; // likewise
    Reflect.deleteProperty(content.config, key);
    writeFileSync(this.file, dump(content));
  }

  /** `pulumi config set --secret --path`, with the value on its input. */
  setSecret(path: string, value: string): Promise<void> {
    // the lab makes the stack for the file that is named, and pulumi writes to that of its environment
    const stack = ["--stack", this.stack, "--config-file", this.file];
    const args = ["config", "set", "--secret", "--path", path, ...stack];
    const child = spawn(process.execPath, ["dist/lab.js", "pulumi", ...args], {
      stdio: ["pipe", "ignore", "inherit"],
      env: { ...process.env, PULUMI_OPTION_CONFIG_FILE: this.file },
    });
    child.stdin.end(value);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) =>
        code === 0 ? resolve() : reject(new Error(`pulumi config set ended with ${String(code)}`)),
      );
    });
  }
}

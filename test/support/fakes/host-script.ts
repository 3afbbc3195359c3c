import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Folders of hosts that the scripts name. */
const folders = /\/(var\/lib|etc\/kubernetes|usr\/local\/bin|run\/flannel)\b/g;

/** What a script printed, and how it ended. */
export interface ScriptResult {
  readonly status: number | null;
  readonly output: string;
  /** Command lines of the stand-ins, in order. */
  readonly calls: readonly string[];
}

/** A host of which only some files and programs are there: for a script of ours, in the smallest shell. */
export class ScriptHost {
  private readonly root = mkdtempSync(join(tmpdir(), "plinth-script-"));

  /** Programs by name, each as the shell script that stands in for it. */
  constructor(programs: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(programs)) this.program(name, text);
  }

  /** Puts a stand-in for a program, or another one. */
  program(name: string, text: string): void {
    const call = `printf '%s\\n' "${name} $*" >>${this.root}/calls\n`;
    for (const folder of ["/bin", "/usr/local/bin"])
      this.write(`${folder}/${name}`, `#!/bin/sh\n${call}${text}\n`, 0o755);
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.root + path), { recursive: true });
    writeFileSync(this.root + path, text, { mode });
  }

  has(path: string): boolean {
    return existsSync(this.root + path);
  }

  run(script: string, ...args: readonly string[]): ScriptResult {
    rmSync(join(this.root, "calls"), { force: true });
    const here = script.replace(folders, (path) => this.root + path);
    const env = { PATH: `${this.root}/bin:${process.env.PATH ?? ""}` };
    const { status, stdout, stderr } = spawnSync("dash", ["-c", here, "script", ...args], {
      encoding: "utf8",
      env,
    });
    const calls = this.has("/calls") ? readFileSync(join(this.root, "calls"), "utf8") : "";
    const plain = (text: string) => text.replaceAll(this.root, "");
    return {
      status,
      output: plain(stdout + stderr),
      calls: plain(calls).split("\n").slice(0, -1),
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

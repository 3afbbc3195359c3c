import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Finished } from "./lab";

/** A run of the lab's command line that is under way. */
export interface Running {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Everything it has printed so far. */
  output(): string;
}

/** Starts the lab's command line and leaves it running. */
export function startLab(...args: readonly string[]): Running {
  const started = performance.now();
  const child = spawn("node", ["dist/lab.js", ...args], {
    cwd: join(__dirname, "../.."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    output += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ status: code ?? -1, stdout, stderr, output, seconds });
    });
  });
  if (child.pid === undefined) throw new Error("the lab's command line did not start");
  return { pid: child.pid, finished, output: () => output };
}

/** Processes that the lab's command line has started, and those below them. */
function descendants(ancestor: number): readonly number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  );
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || below(parent));
  };
  return [...parents.keys()].filter(below);
}

/** Below `running`, the processes of a program, or of a script that node runs, by file name. */
export function processesOf(running: Running, name: string): readonly number[] {
  return descendants(running.pid).filter((pid) => {
    const [program = "", script = ""] = textOf(`/proc/${pid}/cmdline`).split("\0");
    return basename(program) === name || basename(script) === name;
  });
}

function parentOf(pid: number): number | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  return parent === undefined ? undefined : Number(parent);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}

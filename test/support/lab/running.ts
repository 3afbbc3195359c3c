import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { processStat } from "../../../process/process-stat";
import { started, type Running } from "./lab";

/** Starts the lab's command line and leaves it running. */
export function startLab(...args: readonly string[]): Running {
  return started("node", ["dist/lab.js", ...args]);
}

/** Processes that the lab's command line has started, and those below them. */
function descendants(ancestor: number): readonly number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), processStat(Number(name))?.parent]),
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

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}

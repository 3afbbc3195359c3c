import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Who uses the machine during a run: Pulumi's engine, the language host with the program, the provider. */
export const roles = ["engine", "program", "provider"] as const;
export type Role = (typeof roles)[number];

/** What a run of pulumi took. */
export interface Measured {
  readonly output: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: Readonly<Record<Role, number>>;
  /** Largest sum of the resident memory of all its processes. */
  readonly peakMiB: number;
}

const sampleMs = 100;
const ticksPerSecond = 100;

/** Runs a program that must succeed and measures it with all its descendants. */
export function measuredRun(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  const usage = new Usage();
  const timer = setInterval(() => pid !== undefined && usage.sample(pid), sampleMs);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      const wallSeconds = (performance.now() - started) / 1000;
      const { cpuSeconds, peakMiB } = usage;
      if (code === 0) resolve({ output, wallSeconds, cpuSeconds, peakMiB });
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output}`));
    });
  });
}

/** CPU seconds that a process has used so far. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

class Usage {
  peakMiB = 0;
  private readonly seen = new Map<number, { role: Role; seconds: number }>();

  get cpuSeconds(): Record<Role, number> {
    const sums = { engine: 0, program: 0, provider: 0 };
    for (const { role, seconds } of this.seen.values()) sums[role] += seconds;
    return sums;
  }

  sample(root: number): void {
    let mib = 0;
    for (const pid of [root, ...descendants(root)]) {
      try {
        const role = this.seen.get(pid)?.role ?? roleOf(pid);
        this.seen.set(pid, { role, seconds: cpuSecondsOf(pid) });
        const status = readFileSync(`/proc/${pid}/status`, "latin1");
        mib += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
      } catch {
        // it has ended meanwhile
      }
    }
    this.peakMiB = Math.max(this.peakMiB, mib);
  }
}

function descendants(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean),
    );
    return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

function roleOf(pid: number): Role {
  const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
  if (command.includes("pulumi-resource-plinth") || command.includes("provider.js"))
    return "provider";
  return /pulumi-language|cmd\/run|node\0/.test(command) ? "program" : "engine";
}

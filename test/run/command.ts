import { spawn } from "node:child_process";

/** How a command ended. */
export interface CommandResult {
  /** Exit status; 127 when it could not start, 124 when its time was up. */
  readonly status: number;
  /** What it wrote, both streams; empty when it wrote to this process' own. */
  readonly output: string;
  readonly seconds: number;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Joined to this process' own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Let the user see what it writes, instead of collecting it. */
  readonly visible?: boolean;
}

const minutes = Number(process.env.PLINTH_TEST_MINUTES ?? "85");
/** When all tests must have ended; a command that still runs then is ended with its children. */
const deadline = Date.now() + minutes * 60_000;

/** Process groups of the commands that run; they are not those of the terminal, so ^C is passed on. */
const running = new Set<number>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    for (const group of running) process.kill(-group, signal);
    process.exit(130);
  });
}

/** Runs a command without input until it or the time of all tests ends. */
export function command(
  program: string,
  args: readonly string[],
  { cwd = process.cwd(), environment = {}, visible = false }: CommandOptions = {},
): Promise<CommandResult> {
  const started = Date.now();
  const streams = visible ? "inherit" : "pipe";
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    detached: true,
    stdio: ["ignore", streams, streams],
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      output += `\n${program} took longer than the ${minutes} minutes that all tests have\n`;
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    },
    Math.max(0, deadline - started),
  );
  return new Promise((resolve) => {
    const ended = (status: number) => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      resolve({ status, output, seconds: (Date.now() - started) / 1000 });
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      ended(127);
    });
    child.on("close", (code) => ended(late ? 124 : (code ?? 1)));
  });
}

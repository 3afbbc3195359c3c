import { spawn, type StdioOptions } from "node:child_process";

/** How a command is run. Nothing is on its standard input unless it is said here. */
export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment; default: this process' own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Text for standard input. */
  readonly input?: string;
  /** Streams that are this process' own, such as the user's terminal, instead of being collected. */
  readonly inherit?: readonly ("stdin" | "stdout" | "stderr")[];
  /** Called with what it writes, as it comes. */
  readonly heard?: (text: string, stream: "stdout" | "stderr") => void;
  /** It is killed after so long. */
  readonly timeoutSeconds?: number;
  /** It leads a process group of its own, and all of the group is killed when its time is up. */
  readonly ownGroup?: boolean;
  /** Ctrl-C reaches a child through the terminal; this process waits for how the child ends. */
  readonly outlivesInterrupt?: boolean;
}

/** How a command ended. */
export interface CommandResult {
  /** Exit status, `null` when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
  readonly timedOut: boolean;
}

/** A command that runs; one that can't be started has no pid, and its result is a rejection. */
export interface RunningCommand {
  readonly pid: number | undefined;
  readonly result: Promise<CommandResult>;
}

/** Runs a program to its end, whatever its exit status; rejects only when it can't be started. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return startCommand(program, args, options).result;
}

/** Starts a program, without a shell. */
export function startCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): RunningCommand {
  const {
    cwd,
    env = process.env,
    input,
    heard,
    ownGroup = false,
    outlivesInterrupt = false,
  } = options;
  const begin = performance.now();
  const child = spawn(program, args, {
    stdio: stdio(options),
    detached: ownGroup,
    ...(cwd !== undefined && { cwd }),
    env,
  });
  const texts = { stdout: "", stderr: "", output: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      texts[stream] += text;
      texts.output += text;
      heard?.(text, stream);
    });
  }
  // a command that ends without reading its input is judged by its exit status
  child.stdin?.on("error", () => undefined).end(input);
  const { pid } = child;
  const limit = killTimer(pid, options);
  const ignore = (): void => undefined;
  if (outlivesInterrupt) process.on("SIGINT", ignore);
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`can't run ${program}: ${error.message}`)));
    child.on("close", (status) => {
      const seconds = (performance.now() - begin) / 1000;
      resolve({ status, ...texts, seconds, timedOut: limit.timedOut() });
    });
  }).finally(() => {
    limit.clear();
    process.off("SIGINT", ignore);
  });
  return { pid, result };
}

function stdio({ input, inherit = [] }: CommandOptions): StdioOptions {
  const output = (stream: "stdout" | "stderr") => (inherit.includes(stream) ? "inherit" : "pipe");
  const unread = inherit.includes("stdin") ? "inherit" : "ignore";
  return [input === undefined ? unread : "pipe", output("stdout"), output("stderr")];
}

function killTimer(
  pid: number | undefined,
  { timeoutSeconds, ownGroup = false }: CommandOptions,
): { readonly timedOut: () => boolean; readonly clear: () => void } {
  let timedOut = false;
  const kill = (): void => {
    timedOut = true;
    try {
      if (pid !== undefined) process.kill(ownGroup ? -pid : pid, "SIGKILL");
    } catch {
      // it ended just now
    }
  };
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(kill, timeoutSeconds * 1000);
  return { timedOut: () => timedOut, clear: () => clearTimeout(timer) };
}

import { startCommand } from "../../process/command";

/** How a command ended. */
export interface CommandResult {
  /** Exit status; 127 when it could not start, 124 when its time was up. */
  readonly status: number;
  /** What it wrote, both streams. */
  readonly output: string;
  readonly seconds: number;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Joined to this process' own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with what it writes, as it comes. */
  readonly heard?: (text: string) => void;
}

let minutes: number;
/** When the tests must have ended; a command that still runs then is ended with its children. */
let deadline: number;
limitTime(Number(process.env.PLINTH_TEST_MINUTES ?? "85"));

/** Gives what runs from now on so much time together. */
export function limitTime(minutesFromNow: number): void {
  minutes = minutesFromNow;
  deadline = Date.now() + minutes * 60_000;
}

/** Process groups of the commands that run; they are not those of the terminal, so ^C is passed on. */
const running = new Set<number>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    for (const group of running) process.kill(-group, signal);
    process.exit(130);
  });
}

/** Runs a command without input until it or the time of the tests ends. */
export async function command(
  program: string,
  args: readonly string[],
  { cwd = process.cwd(), environment = {}, heard }: CommandOptions = {},
): Promise<CommandResult> {
  const { pid, result } = startCommand(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    ...(heard !== undefined && { heard }),
    ownGroup: true,
    timeoutSeconds: Math.max(0, deadline - Date.now()) / 1000,
  });
  if (pid !== undefined) running.add(pid);
  try {
    const { status, output, seconds, timedOut } = await result;
    if (!timedOut) return { status: status ?? 1, output, seconds };
    const late = `${program} took longer than the ${minutes} minutes that these tests have`;
    return { status: 124, output: `${output}\n${late}\n`, seconds };
  } catch (error) {
    return { status: 127, output: `${(error as Error).message}\n`, seconds: 0 };
  } finally {
    if (pid !== undefined) running.delete(pid);
  }
}

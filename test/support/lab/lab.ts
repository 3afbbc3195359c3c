import { join } from "node:path";
import { startCommand } from "../../../process/command";

/** What a command printed, and how it ended. */
export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

const root = join(__dirname, "../../..");

/** A program that is under way. */
export interface Running {
  readonly pid: number;
  readonly finished: Promise<Finished>;
}

/** Starts a program; no shell, nothing on standard input. */
export function started(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const env = { ...process.env, ...environment };
  const { pid, result } = startCommand(program, args, { cwd: root, env });
  const finished = result.then((ended) => ({ ...ended, status: ended.status ?? -1 }));
  // one that can't be started has no pid, and ends with an error
  return { pid: pid ?? 0, finished };
}

/** Runs a program to its end, whatever its exit status; no shell, nothing on standard input. */
export function finished(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return started(program, args, environment).finished;
}

/** Throws with everything that a run printed, when its exit status is not 0. */
export function expectSuccess({ status, output }: Finished): void {
  if (status !== 0) throw new Error(`expected exit status 0, got ${status}, after\n${output}`);
}

/** As {@link finished}, but throws with the whole output when the status is not 0. */
export async function succeeded(program: string, args: readonly string[]): Promise<Finished> {
  const result = await finished(program, args);
  if (result.status !== 0) {
    throw new Error(
      `${program} ${args.join(" ")} ended with status ${result.status}\n${result.output}`,
    );
  }
  return result;
}

/** The lab's command line, as a user calls it through npm. */
export function lab(...args: readonly string[]): Promise<Finished> {
  return succeeded("node", ["dist/lab.js", ...args]);
}

/** The Pulumi CLI in the lab's surroundings; never throws for its exit status. */
export function pulumi(...args: readonly string[]): Promise<Finished> {
  return finished("node", ["dist/lab.js", "pulumi", ...args]);
}

/** kubectl with the administrator's kubeconfig. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  return (await lab("kubectl", ...args)).stdout.trim();
}

/** Standard output of a command on a lab host. */
export async function onHost(host: string, ...command: readonly string[]): Promise<string> {
  return (await lab("ssh", host, ...command)).stdout.trim();
}

/** Tries `probe` until it gives a value other than undefined; throws with its last error after the deadline. */
export async function eventually<T>(
  claim: string,
  deadlineSeconds: number,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + deadlineSeconds * 1000;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  } while (performance.now() < end);
  const reason = last instanceof Error ? `: ${last.message}` : "";
  throw new Error(`not within ${deadlineSeconds} s: ${claim}${reason}`);
}

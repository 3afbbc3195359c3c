import { spawn } from "node:child_process";
import { LabError } from "./lab-error";

/** What a finished command left behind; `code` is null when a signal ended it. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of one command. */
export interface CommandOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
}

/** The result of a command, whatever its exit code; throws only when it cannot be started. */
export function commandResult(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: "pipe",
      ...(options.env && { env: options.env }),
      ...(options.cwd && { cwd: options.cwd }),
      ...(options.timeoutSeconds && { timeout: options.timeoutSeconds * 1000 }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => reject(new LabError(`cannot run ${command}: ${error.message}`)));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    // a command that ends without reading its input is judged by its exit code
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** The standard output of a command that must succeed; throws with its last words otherwise. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await commandResult(command, args, options);
  if (result.code === 0) return result.stdout;
  const lines = (result.stderr.trim() || result.stdout.trim()).split("\n");
  const how = result.code === null ? "was ended" : `ended with ${result.code}`;
  throw new LabError(`${command} ${args.join(" ")} ${how}: ${lines.slice(-5).join("\n")}`);
}

/** The exit code of a command that shares the terminal with the lab. */
export function attached(
  command: string,
  args: readonly string[],
  options: Pick<CommandOptions, "env" | "cwd"> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    // Ctrl-C reaches the child through the terminal; the lab waits for how it ends
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    child.on("error", (error) => reject(new LabError(`cannot run ${command}: ${error.message}`)));
    child.on("close", (code) => {
      process.off("SIGINT", ignore);
      resolve(code ?? 1);
    });
  });
}

/** Resolves once `milliseconds` have passed. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

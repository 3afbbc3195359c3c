import { type CommandOptions, type CommandResult, runCommand } from "../../process/command";
import { LabError } from "./lab-error";

/** The result of a command, whatever its exit status; throws only when it cannot be started. */
export async function commandResult(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runCommand(command, args, options).catch((error: unknown) => {
    throw new LabError((error as Error).message, { cause: error });
  });
}

/** The standard output of a command that must succeed; throws with the end of its output otherwise. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await commandResult(command, args, options);
  if (status === 0) return stdout;
  const lines = (stderr.trim() || stdout.trim()).split("\n");
  const how = status === null ? "was ended" : `ended with ${status}`;
  throw new LabError(`${command} ${args.join(" ")} ${how}: ${lines.slice(-5).join("\n")}`);
}

/** The exit status of a command that shares the terminal with the lab. */
export async function runAttached(
  command: string,
  args: readonly string[],
  options: Pick<CommandOptions, "env" | "cwd"> = {},
): Promise<number> {
  const inherit = ["stdin", "stdout", "stderr"] as const;
  const shared = { ...options, inherit, outlivesInterrupt: true };
  return (await commandResult(command, args, shared)).status ?? 1;
}

/** Resolves once `milliseconds` have passed. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

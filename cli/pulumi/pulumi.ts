import { type CommandResult, runCommand } from "../../process/command";
import { lockedError } from "./stack-lock";

export interface RunOptions {
  /** Given on standard input; without it the child has the terminal's. */
  readonly input?: string;
  /** Variables beside this process' own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the user sees standard output instead of the caller. */
  readonly visible?: boolean;
}

/** How a run of the Pulumi CLI ended. */
export type PulumiResult = Pick<CommandResult, "stdout" | "stderr"> & { readonly status: number };

/** Runs the Pulumi CLI; its errors are shown as they come, but that a stack is locked is not. */
export async function pulumi(
  args: readonly string[],
  { input, environment = {}, visible = false }: RunOptions = {},
): Promise<PulumiResult> {
  let errors = "";
  const { status, stdout, stderr } = await runCommand("pulumi", args, {
    ...(input === undefined ? {} : { input }),
    env: { ...process.env, ...environment },
    inherit: visible ? ["stdin", "stdout"] : ["stdin"],
    outlivesInterrupt: true,
    heard: (text, stream) => {
      if (stream !== "stderr") return;
      errors += text;
      if (!errors.includes(lockedError)) process.stderr.write(text);
    },
  });
  return { status: status ?? 1, stdout, stderr };
}

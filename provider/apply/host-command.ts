/** Commands that the program gives, ready to run on a host. */
import { gateStatus, type HostCommand } from "../api";
import type { Step } from "../ssh/framing";

/** The host for whose sake a command runs. */
export interface Concerned {
  readonly host: string;
  readonly state: "here" | "lost";
}

/** The command with its placeholders filled in; `${host}` is a script's own variable. */
export function filledIn(command: HostCommand, { host, state }: Concerned): HostCommand {
  const filled = command.command.map((argument) =>
    argument.replace(/(?<!\$)\{host\}/g, () => host).replace(/(?<!\$)\{state\}/g, () => state),
  );
  return { ...command, command: filled };
}

/** What messages call a command: a script that a shell is given as text is called by its `$0`. */
export function commandName(argv: readonly string[]): string {
  const [program, option, , ...rest] = argv;
  const words = program === "sh" && option === "-c" ? rest : argv;
  return words.length > 0 ? words.join(" ") : "sh";
}

/** The step that tells how a command ends, see `commandEnd`, or the one that fails where it does. */
export function commandStep(verb: "try_command" | "run_command", command: HostCommand): Step {
  return [verb, ...stepArguments(command)];
}

/** The step that ends a call unless the group can spare the host at that moment. */
export function gateStep(gate: HostCommand): Step {
  return ["pass_gate", String(gateStatus.nothingToProtect), ...stepArguments(gate)];
}

function stepArguments({ command, deadlineSeconds }: HostCommand): readonly string[] {
  return [String(deadlineSeconds), commandName(command), ...command];
}

/** How a command ended: its exit status and the last lines of what it said. */
export interface CommandEnd {
  readonly status: number;
  readonly output: string;
}

/** What the output of the step `try_command` says. */
export function commandEnd(stdout: string): CommandEnd {
  const [status = "", ...lines] = stdout.split("\n");
  return { status: parseInt(status, 10), output: lines.join("\n").trim() };
}

/** A failure in words, after the name of the host where it happened. */
export function failureText(command: HostCommand, { status, output }: CommandEnd): string {
  const said = output === "" ? "" : `: ${output}`;
  return `"${commandName(command.command)}" failed with status ${status}${said}`;
}

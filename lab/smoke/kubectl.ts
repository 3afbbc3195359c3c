import type { CommandResult } from "../../process/command";
import { commandResult } from "../machine/process";
import { LabError } from "../machine/lab-error";

/** A kubectl with the kubeconfig it uses. */
export interface Kubectl {
  readonly binary: string;
  readonly kubeconfig: string;
}

/** The result of a kubectl command, whatever its exit code. */
export function kubectlResult(
  { binary, kubeconfig }: Kubectl,
  args: readonly string[],
  input?: string,
): Promise<CommandResult> {
  return commandResult(binary, ["--kubeconfig", kubeconfig, ...args], {
    timeoutSeconds: 200,
    ...(input !== undefined && { input }),
  });
}

/** The output of a kubectl command that must succeed; `claim` says what fails otherwise. */
export async function kubectl(
  tool: Kubectl,
  claim: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const result = await kubectlResult(tool, args, input);
  if (result.status === 0) return result.stdout;
  throw new LabError(`${claim}: ${(result.stderr || result.stdout).trim()}`);
}

import { homedir } from "node:os";
import { resolve } from "node:path";
import { expandedHome } from "../../../process/user-folders";

/** The operator's surroundings that a config may refer to. */
export interface OperatorEnvironment {
  readonly home: string;
  readonly workingDirectory: string;
  /** Socket of a running SSH agent. */
  readonly agentSocket?: string;
}

/** A path on the operator's machine as an absolute one. */
export function operatorPath(
  path: string,
  { home, workingDirectory }: OperatorEnvironment,
): string {
  return resolve(workingDirectory, expandedHome(path, home));
}

/** Where this process runs. */
export function operatorEnvironment(): OperatorEnvironment {
  const agentSocket = process.env.SSH_AUTH_SOCK;
  return {
    home: homedir(),
    workingDirectory: process.cwd(),
    ...(agentSocket === undefined || agentSocket === "" ? {} : { agentSocket }),
  };
}

import { nearMiss } from "../../text/near-miss";

/** A failure that the user can act on: printed as one line, without a stack. */
export class LabError extends Error {}

/** The error for a host name that is not among `known`. */
export function unknownHost(name: string, known: readonly string[], where: string): LabError {
  const near = nearMiss(name, known);
  const hint =
    near === undefined ? `known: ${known.join(", ") || "none"}` : `did you mean ${near}?`;
  return new LabError(`${where}: no host named ${name}; ${hint}`);
}

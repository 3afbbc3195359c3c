import type { JsonObject } from "../json";

/** The resource exists now, but is not what it should be: the engine keeps it and updates it next time. */
export class InitialisationFailure extends Error {
  constructor(
    readonly id: string,
    readonly inputs: JsonObject,
    readonly outputs: JsonObject,
    message: string,
  ) {
    super(message);
  }
}

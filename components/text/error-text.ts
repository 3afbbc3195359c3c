import { types } from "node:util";

/** The message of something thrown, with that of its cause: `fetch failed` alone helps nobody. */
export function errorText(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${errorText(error.cause)}`;
}

/**
 * The wire contract of the provider's function that clears a host, beside api.ts and survey-api.ts.
 * Types and names, no behaviour.
 */
import type { HostConnection } from "./api";
import type { HostMarker } from "./survey-api";

export const resetToken = "plinth:index:reset";

/** Arguments of the `reset` function: it takes every layer off one host, and the marker last. */
export interface ResetArgs {
  readonly host: HostConnection;
  /** What the host's marker says: where it says anything else by then, nothing is touched. */
  readonly marker: HostMarker;
  /** Layers in the order in which they go; those that it does not name go before them. */
  readonly order: readonly string[];
}

/** What became of it. */
export interface ResetResult {
  /** Layers that were taken off, in their order. */
  readonly removed: readonly string[];
  /** Why it ended before all was gone; doing it again goes on from there. */
  readonly error?: string;
}

import type { Leases } from "../lease/lease";
import type { LookCache } from "../look/look-cache";
import type { HelpedRun } from "./helpers";
import type { Rollouts } from "./rollout";

/** What all layers of a run share. */
export interface Run extends HelpedRun {
  readonly looks: LookCache;
  readonly leases: Leases;
  readonly rollouts: Rollouts;
}

export type Progress = (text: string) => void;

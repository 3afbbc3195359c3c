/** Hosts and groups that a run leaves alone. */
import type { Rollout } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";

/** An error about a layer of a host in maintenance; `what` says what was refused. */
export function inMaintenance({ host, layer }: HostLayerInputs, what: string): Error {
  return new Error(`${host.name}: is in maintenance, so its layer ${layer} ${what}`);
}

/** Refuses a change that needs a turn in a group where nobody has one in this run. */
export function refuseHeld({ host, rollout }: { host: { name: string }; rollout?: Rollout }): void {
  if (rollout?.held !== undefined)
    throw new Error(`${host.name}: can't be changed: ${rollout.held}`);
}

/** What is refused, and what to do instead. */
export const refusals = {
  create:
    "can't be made; it is not on the host yet: end the maintenance, or leave the host out of the config until then",
  update: "can't be changed: end the maintenance first",
  delete: "can't be removed: end the maintenance first",
};

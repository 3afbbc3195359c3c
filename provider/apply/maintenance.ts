/** Hosts that a run leaves alone. */
import type { HostLayerInputs } from "../layer/layer-inputs";

/** Property beside a layer's inputs, only while nobody knows what the host has: its next change begins with a look. */
export const unseenProperty = "unseen";

/** Says so of a layer that was not read. */
export const whyUnseen = {
  inMaintenance: "not looked at, the host was in maintenance",
  unreachable: "not looked at, the host could not be reached",
};

/** An error about a layer of a host in maintenance; `what` says what was refused. */
export function inMaintenance({ host, layer }: HostLayerInputs, what: string): Error {
  return new Error(`${host.name}: is in maintenance, so its layer ${layer} ${what}`);
}

/** What is refused, and what to do instead. */
export const refusals = {
  create:
    "can't be made; it is not on the host yet: end the maintenance, or leave the host out of the config until then",
  update: "can't be changed: end the maintenance first",
  delete: "can't be removed: end the maintenance first",
};

/** What a preview says beside the changed lines of a layer. */
import type { Helpers, Hook } from "../apply/helpers";
import { commandName } from "../apply/host-command";
import { refuseHeld } from "../apply/maintenance";
import type { HostLayerInputs } from "../layer/layer-inputs";
import type { WantedLayer } from "../layer/wanted-layer";
import { liveLayer } from "../look/live-layer";
import type { LiveHost } from "../look/live-state";
import { restartNotes } from "../plan/preview-text";
import { restartNotesLine, interrupts, type Around } from "../plan/restart-notes";

/** The line; `seen` is what this run saw of the host. Throws where the change needs a turn that nobody has. */
export function previewLine(
  helpers: Helpers,
  wanted: WantedLayer,
  old: WantedLayer,
  seen: LiveHost | undefined,
): string {
  const { inputs } = wanted;
  const live = seen && liveLayer(wanted, seen);
  const found = restartNotes(wanted, old, live, around(helpers, inputs));
  const joins = inputs.rollout?.prepare?.inTurn && (found.units.starts ?? []).length > 0;
  if (joins || interrupts(found)) refuseHeld(inputs);
  return restartNotesLine(found);
}

/** The help around the change. */
function around(helpers: Helpers, { host, layer }: HostLayerInputs): Around {
  const first = (hook: Hook): string | undefined => {
    const [helper] = helpers.of(hook, layer, { host: host.name, state: "here" });
    return helper && `"${commandName(helper.command.command)}" on ${helper.host.name}`;
  };
  const [before, after] = [first("beforeChange"), first("afterChange")];
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** Layers go in the turns of their group, with the help of hosts that stay. */
import type { HostConnection } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import type { WantedLayer } from "../layer/wanted-layer";
import { askedHost, ForeignHost, refuseForeign } from "../look/ask-host";
import { liveHost } from "../look/live-state";
import { ConnectionError } from "../ssh/connection-errors";
import { help } from "./helpers";
import type { Concerned } from "./host-command";
import { removalSteps } from "./removal";
import { RolloutStopped, type Place, type Turns } from "./rollout";
import type { Progress, Run } from "./run";

/** Takes the layer away from its host; doing it again does nothing. */
export async function removeLayer(
  run: Run,
  wanted: WantedLayer,
  onProgress: Progress,
): Promise<void> {
  const { inputs } = wanted;
  const { host, layer } = inputs;
  const concerned: Concerned = { host: host.name, state: "here" };
  run.looks.forget(host);
  await inItsTurn(run, inputs, async (place) => {
    // one that can't be reached is found out before others do anything for its sake
    refuseForeign(await askedHost(run.hosts, host, [wanted]), inputs);
    await beginning(place, inputs, onProgress);
    await help(run, "beforeRemoval", layer, concerned, onProgress);
    const live = await askedHost(run.hosts, host, [wanted]);
    const steps = removalSteps(wanted, live, run.leases.step(live.lease));
    if (steps.length > 0) {
      run.leases.hold(host, run.hosts);
      await run.hosts.run(host, steps, { signal: run.signal, onProgress });
    }
    await help(run, "afterRemoval", layer, concerned, onProgress);
  });
}

/** Lets the others forget a layer whose host is gone for good; whatever is left of the host is not touched. */
export async function forgetLostLayer(
  run: Run,
  { inputs }: WantedLayer,
  onProgress: Progress,
): Promise<void> {
  const concerned: Concerned = { host: inputs.host.name, state: "lost" };
  await inItsTurn(run, inputs, async (place) => {
    await refuseAnswering(run, inputs);
    await beginning(place, inputs, onProgress);
    await help(run, "beforeRemoval", inputs.layer, concerned, onProgress);
    await help(run, "afterRemoval", inputs.layer, concerned, onProgress);
  });
}

/** What a lost host would still have of a layer, should it ever come back. */
export function leftBehind({ host, layer, unitOrder, dataDirectories }: HostLayerInputs): string {
  const parts = [...unitOrder, ...dataDirectories].join(", ");
  const what = parts === "" ? "" : ` (${parts})`;
  return (
    `${host.name} is lost, so nothing on it was cleaned: its layer ${layer}${what} may still be there; ` +
    "erase the machine before it is connected again"
  );
}

async function inItsTurn(
  run: Run,
  inputs: HostLayerInputs,
  work: (place: Place | undefined) => Promise<void>,
): Promise<void> {
  const { host, layer } = inputs;
  const turns = turnsFor(run, inputs);
  const place = turns && run.rollouts.arrive(turns, host.name, layer);
  try {
    await work(place);
    place?.leave();
  } catch (error) {
    const { message } = error as Error;
    place?.leave(error instanceof RolloutStopped ? undefined : message.split("\n")[0]);
    throw error;
  }
}

/** What this run says of the group counts, for the state may be old; where nobody stays to help there are no turns. */
function turnsFor({ helpers }: Run, { host, layer, rollout }: HostLayerInputs): Turns | undefined {
  if (rollout === undefined) return undefined;
  const { group, maxUnavailable } = rollout;
  const helping = helpers.of("beforeRemoval", layer, { host: host.name, state: "here" });
  return helpers.turnsOf(group) ?? (helping.length > 0 ? { group, maxUnavailable } : undefined);
}

async function beginning(
  place: Place | undefined,
  { rollout }: HostLayerInputs,
  onProgress: Progress,
): Promise<void> {
  if (!place) return;
  onProgress(`waiting for its turn in ${rollout?.group ?? ""}`);
  await place.turn();
}

/** Throws where the host itself answers, or where that can't be told; a machine that has its address now is another one. */
async function refuseAnswering(run: Run, inputs: HostLayerInputs): Promise<void> {
  const { host } = inputs;
  try {
    const { stdout } = await run.hosts.run(host, [["look_text"]], { signal: run.signal });
    refuseForeign(liveHost(stdout), inputs);
  } catch (error) {
    if (run.signal.aborted) throw error;
    if (error instanceof ForeignHost) return;
    if (error instanceof ConnectionError) {
      const { answered, problem, remedy } = error;
      if (answered === "nobody" || answered === "another") return;
      if (answered === "unknown")
        throw new Error(`${host.name}: nobody knows whether it is lost: ${problem}; ${remedy}`, {
          cause: error,
        });
    }
  }
  throw new Error(`${at(host)}: it is not lost; take it out of lost`);
}

function at({ name, address, port }: HostConnection): string {
  return `${name} answers at ${address}:${port}`;
}

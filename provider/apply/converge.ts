/** The life of a layer on a host: converge, read, remove. */
import type { HostConnection, RolloutCommand } from "../api";
import type { WantedLayer } from "../layer/wanted-layer";
import { liveLayer, type LiveLayer } from "../look/live-layer";
import type { LiveHost } from "../look/live-state";
import { changedFiles, liveInputs } from "../plan/live-inputs";
import type { Leases } from "../lease/lease";
import { fileContents, askedHost, refuseForeign } from "../look/ask-host";
import type { LookCache } from "../look/look-cache";
import { plan, type Plan } from "../plan/plan";
import { removalSteps } from "./removal";
import { RolloutStopped, type Place, type Rollouts } from "./rollout";
import { applySteps, rollingSteps, rolloutStep } from "./steps";
import type { Hosts } from "../ssh/hosts";
import type { JsonObject } from "../json";

/** What all layers of a run share. */
export interface Run {
  readonly hosts: Hosts;
  readonly looks: LookCache;
  readonly leases: Leases;
  readonly rollouts: Rollouts;
  readonly signal: AbortSignal;
}

/** The host was changed, but not all the way: the next run continues. */
export class Unfinished extends Error {}

type Progress = (text: string) => void;

/** Makes the host what the layer says. */
export async function converge(
  run: Run,
  wanted: WantedLayer,
  old: WantedLayer | undefined,
  onProgress: Progress,
): Promise<Plan> {
  const change = new Change(run, wanted, old, onProgress);
  const { rollout, host } = wanted.inputs;
  const place = rollout && run.rollouts.arrive(rollout, host.name);
  try {
    const planned = await change.run(place);
    place?.leave();
    return planned;
  } catch (error) {
    const { message } = error as Error;
    place?.leave(error instanceof RolloutStopped ? undefined : message.split("\n")[0]);
    throw change.changed ? new Unfinished(message) : error;
  }
}

/** What one look at the host came to. */
interface LookResult {
  readonly live: LiveLayer;
  readonly plan: Plan;
}

class Change {
  /** The host is no longer what it was. */
  changed = false;

  constructor(
    private readonly context: Run,
    private readonly wanted: WantedLayer,
    private readonly old: WantedLayer | undefined,
    private readonly onProgress: Progress,
  ) {}

  async run(place: Place | undefined): Promise<Plan> {
    this.context.looks.forget(this.wanted.inputs.host);
    const seen = await this.look();
    if (!place) return this.apply(seen, false);
    if (seen.plan.disruptive) {
      this.onProgress(`waiting for its turn in ${this.wanted.inputs.rollout?.group ?? ""}`);
      const waited = await place.turn();
      // the host may have changed while others had their turns
      return this.inTurn(waited ? await this.look() : seen);
    }
    const known = seen.live.host.manifests.get(this.wanted.inputs.layer);
    if (known && (!known.complete || seen.plan.units.launch.length > 0)) place.repairs();
    else place.leave();
    return this.apply(seen, false);
  }

  private async look(): Promise<LookResult> {
    const { wanted, old, context } = this;
    const { host } = wanted.inputs;
    const found = await askedHost(context.hosts, host, old ? [wanted, old] : [wanted]);
    refuseForeign(found, wanted.inputs, old === undefined);
    const live = liveLayer(wanted, found);
    return { live, plan: plan(wanted, old, live) };
  }

  private async inTurn(now: LookResult): Promise<Plan> {
    const { context, wanted } = this;
    const before = wanted.inputs.rollout?.before;
    if (!now.plan.disruptive || !before) return this.apply(now, now.plan.disruptive);
    context.leases.hold(wanted.inputs.host, context.hosts);
    await this.runSteps(
      wanted.inputs.host,
      rollingSteps(wanted.inputs, now.plan, context.leases.step(now.live.host.lease)),
    );
    await this.runRollout(before);
    return this.apply(now, true);
  }

  private async apply(
    { live: { host: live }, plan: planned }: LookResult,
    rolled: boolean,
  ): Promise<Plan> {
    const { context, wanted } = this;
    const after = wanted.inputs.rollout?.after;
    const owed = rolled || live.manifests.get(wanted.inputs.layer)?.rolling === true;
    const rolling = after !== undefined && owed;
    const lease = context.leases.step(live.lease);
    const { steps, payload } = applySteps(wanted, live, planned, lease, rolling);
    if (planned.changes) context.leases.hold(wanted.inputs.host, context.hosts);
    await this.runSteps(wanted.inputs.host, steps, payload);
    if (!rolling) return planned;
    await this.runRollout(after);
    const done = JSON.stringify(planned.manifest);
    await this.runSteps(wanted.inputs.host, [["write_manifest", wanted.inputs.layer, done]]);
    return planned;
  }

  private async runSteps(
    host: HostConnection,
    steps: Parameters<Hosts["run"]>[1],
    payload?: Buffer,
  ): Promise<void> {
    await this.context.hosts.run(host, steps, {
      signal: this.context.signal,
      onProgress: this.onProgress,
      onEvent: (line) => (this.changed ||= line.startsWith("@+")),
      ...(payload && { payload }),
    });
  }

  private async runRollout(command: RolloutCommand): Promise<void> {
    this.onProgress(`${command.command.join(" ")} on ${command.host.name}`);
    await this.context.hosts.run(command.host, [rolloutStep(command)], {
      signal: this.context.signal,
    });
  }
}

/** The layer as it is on its host, and the look it was made from. */
export async function readLayer(
  run: Run,
  wanted: WantedLayer,
): Promise<{ found: JsonObject; host: LiveHost }> {
  const { inputs } = wanted;
  const host = await run.looks.look(run.hosts, wanted);
  refuseForeign(host, inputs);
  const live = liveLayer(wanted, host);
  const changed = await fileContents(run.hosts, inputs.host, changedFiles(wanted, live));
  return { found: liveInputs(wanted, live, changed), host };
}

/** Removes the layer from its host; doing it again does nothing. */
export async function removeLayer(
  run: Run,
  wanted: WantedLayer,
  onProgress: Progress,
): Promise<void> {
  const { host } = wanted.inputs;
  run.looks.forget(host);
  const live = await askedHost(run.hosts, host, [wanted]);
  refuseForeign(live, wanted.inputs);
  const steps = removalSteps(wanted, live, run.leases.step(live.lease));
  if (steps.length === 0) return;
  run.leases.hold(host, run.hosts);
  await run.hosts.run(host, steps, { signal: run.signal, onProgress });
}

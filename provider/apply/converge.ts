/** The life of a layer on a host: converge, read, remove. */
import type { HostConnection, RolloutCommand } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import type { LiveHost } from "../look/live-state";
import { changedFiles, liveInputs } from "../plan/live-inputs";
import type { Leases } from "../lease/lease";
import { contents, look, refuseForeign } from "../look/ask-host";
import type { SharedLooks } from "../look/look-cache";
import { plan, type Plan } from "../plan/plan";
import { removalSteps } from "./removal";
import { RolloutStopped, type Place, type Rollouts } from "./rollout";
import { applySteps, rollingSteps, rolloutStep } from "./steps";
import type { Hosts } from "../ssh/hosts";
import type { JsonObject } from "../json";

/** What all layers of a run share. */
export interface Run {
  readonly hosts: Hosts;
  readonly looks: SharedLooks;
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
  wanted: HostLayerInputs,
  old: HostLayerInputs | undefined,
  onProgress: Progress,
): Promise<Plan> {
  const change = new Change(run, wanted, old, onProgress);
  const place = wanted.rollout && run.rollouts.arrive(wanted.rollout, wanted.host.name);
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

class Change {
  /** The host is no longer what it was. */
  changed = false;

  constructor(
    private readonly context: Run,
    private readonly wanted: HostLayerInputs,
    private readonly old: HostLayerInputs | undefined,
    private readonly onProgress: Progress,
  ) {}

  async run(place: Place | undefined): Promise<Plan> {
    this.context.looks.forget(this.wanted.host);
    const seen = await this.look();
    if (!place) return this.apply(seen, false);
    if (seen.plan.disruptive) {
      this.onProgress(`waiting for its turn in ${this.wanted.rollout?.group ?? ""}`);
      const waited = await place.turn();
      // the host may have changed while others had their turns
      return this.inTurn(waited ? await this.look() : seen);
    }
    const known = seen.live.manifests.get(this.wanted.layer);
    if (known && (!known.complete || seen.plan.units.launch.length > 0)) place.repairs();
    else place.leave();
    return this.apply(seen, false);
  }

  private async look(): Promise<{ live: LiveHost; plan: Plan }> {
    const { wanted, old, context } = this;
    const live = await look(context.hosts, wanted.host, old ? [wanted, old] : [wanted]);
    refuseForeign(live, wanted);
    return { live, plan: plan(wanted, old, live) };
  }

  private async inTurn(now: { live: LiveHost; plan: Plan }): Promise<Plan> {
    const { context, wanted } = this;
    const before = wanted.rollout?.before;
    if (!now.plan.disruptive || !before) return this.apply(now, now.plan.disruptive);
    context.leases.hold(wanted.host, context.hosts);
    await this.runSteps(
      wanted.host,
      rollingSteps(wanted, now.plan, context.leases.step(now.live.lease)),
    );
    await this.runRollout(before);
    return this.apply(now, true);
  }

  private async apply(
    { live, plan: planned }: { live: LiveHost; plan: Plan },
    rolled: boolean,
  ): Promise<Plan> {
    const { context, wanted } = this;
    const after = wanted.rollout?.after;
    const owed = rolled || live.manifests.get(wanted.layer)?.rolling === true;
    const rolling = after !== undefined && owed;
    const lease = context.leases.step(live.lease);
    const { steps, payload } = applySteps(wanted, live, planned, lease, rolling);
    if (planned.changes) context.leases.hold(wanted.host, context.hosts);
    await this.runSteps(wanted.host, steps, payload);
    if (!rolling) return planned;
    await this.runRollout(after);
    const done = JSON.stringify(planned.manifest);
    await this.runSteps(wanted.host, [["write_manifest", wanted.layer, done]]);
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
  inputs: HostLayerInputs,
): Promise<{ found: JsonObject; live: LiveHost }> {
  const live = await run.looks.look(run.hosts, inputs);
  refuseForeign(live, inputs);
  const changed = await contents(run.hosts, inputs.host, changedFiles(inputs, live));
  return { found: liveInputs(inputs, live, changed), live };
}

/** Takes the layer away from its host; doing it again does nothing. */
export async function removeLayer(
  run: Run,
  inputs: HostLayerInputs,
  onProgress: Progress,
): Promise<void> {
  run.looks.forget(inputs.host);
  const live = await look(run.hosts, inputs.host, [inputs]);
  refuseForeign(live, inputs);
  const steps = removalSteps(inputs, live, run.leases.step(live.lease));
  if (steps.length === 0) return;
  run.leases.hold(inputs.host, run.hosts);
  await run.hosts.run(inputs.host, steps, { signal: run.signal, onProgress });
}

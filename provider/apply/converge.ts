/** A layer on its host: made what it should be, and read. */
import { gateStatus, type HostConnection } from "../api";
import type { WantedLayer } from "../layer/wanted-layer";
import { liveLayer, type LiveLayer } from "../look/live-layer";
import type { LiveHost } from "../look/live-state";
import { changedFiles, liveInputs } from "../plan/live-inputs";
import { fileContents, askedHost, refuseForeign } from "../look/ask-host";
import { plan, type Plan } from "../plan/plan";
import { help, type Hook } from "./helpers";
import {
  commandEnd,
  commandStep,
  failureText,
  filledIn,
  gateStep,
  type Concerned,
} from "./host-command";
import { RolloutStopped, type Place } from "./rollout";
import type { Progress, Run } from "./run";
import { applySteps, rollingSteps, type GroupSteps } from "./steps";
import type { Hosts } from "../ssh/hosts";
import type { JsonObject } from "../json";

/** The host was changed, but not all the way: the next run continues. */
export class Unfinished extends Error {}

/** Makes the host what the layer says. */
export async function converge(
  run: Run,
  wanted: WantedLayer,
  old: WantedLayer | undefined,
  onProgress: Progress,
): Promise<Plan> {
  const change = new Change(run, wanted, old, onProgress);
  const { rollout, host, layer } = wanted.inputs;
  const place = rollout && run.rollouts.arrive(rollout, host.name, layer);
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

/** How a gate ended, and that in words. */
interface GateAnswer {
  readonly status: number;
  readonly reason: string;
}

/** A gate that can't be run may lack what this change brings: it is asked again once that is there. */
const passing: readonly number[] = [0, gateStatus.nothingToProtect, 126, 127];

class Change {
  /** The host is no longer what it was. */
  changed = false;
  private readonly concerned: Concerned;

  constructor(
    private readonly context: Run,
    private readonly wanted: WantedLayer,
    private readonly old: WantedLayer | undefined,
    private readonly onProgress: Progress,
  ) {
    this.concerned = { host: wanted.inputs.host.name, state: "here" };
  }

  async run(place: Place | undefined): Promise<Plan> {
    this.context.looks.forget(this.wanted.inputs.host);
    const seen = await this.look();
    if (!place) return this.apply(seen, false);
    if (this.needsTurn(seen)) {
      if (!(await this.nothingToProtect(place, seen))) return this.takeTurn(place, seen);
      place.repairs();
      return this.apply(seen, false);
    }
    const known = seen.live.host.manifests.get(this.wanted.inputs.layer);
    // whoever is made, finished or started is waited for by those that are to be disrupted
    if (known?.complete === true && seen.plan.units.launch.length === 0) place.leave();
    else place.repairs();
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

  private needsTurn({ plan: planned }: LookResult): boolean {
    return planned.disruptive || this.joins(planned);
  }

  private joins({ units }: Plan): boolean {
    return units.launch.length > 0 && this.wanted.inputs.rollout?.prepare?.inTurn === true;
  }

  /** Waits for its turn, and for one in which the group can spare the host. */
  private async takeTurn(place: Place, seen: LookResult): Promise<Plan> {
    this.onProgress(`waiting for its turn in ${this.wanted.inputs.rollout?.group ?? ""}`);
    // the host may have changed while others had their turns
    let now = (await place.turn()) ? await this.look() : seen;
    for (;;) {
      if (!this.needsTurn(now)) return this.apply(now, false);
      const gate = await this.gate(now);
      if (!gate || passing.includes(gate.status)) return this.inTurn(now);
      this.onProgress(`can't be spared yet: ${gate.reason}`);
      await place.defer(gate.reason);
      now = await this.look();
    }
  }

  /** Where the group serves nobody, and not because this run is at one of its hosts. */
  private async nothingToProtect(place: Place, seen: LookResult): Promise<boolean> {
    if (!place.isQuiet()) return false;
    // nobody's turn begins before this host has said what it needs
    const gate = await this.gate(seen);
    return gate?.status === gateStatus.nothingToProtect;
  }

  /** Asks the gate before anything changes; where nothing is interrupted that is too early: its tools may come yet. */
  private async gate({ plan: planned }: LookResult): Promise<GateAnswer | undefined> {
    const { host, rollout } = this.wanted.inputs;
    if (!rollout?.gate || !planned.disruptive) return undefined;
    const gate = filledIn(rollout.gate, this.concerned);
    const { signal } = this.context;
    const step = commandStep("try_command", gate);
    const end = commandEnd((await this.context.hosts.run(host, [step], { signal })).stdout);
    return { status: end.status, reason: failureText(gate, end) };
  }

  private async inTurn(now: LookResult): Promise<Plan> {
    const { context, wanted } = this;
    const { host } = wanted.inputs;
    if (now.plan.disruptive && this.isOffered("beforeChange")) {
      context.leases.hold(host, context.hosts);
      const lease = context.leases.step(now.live.host.lease);
      await this.runSteps(host, rollingSteps(wanted.inputs, now.plan, lease));
      await this.help("beforeChange");
    }
    if (this.joins(now.plan)) await this.help("beforeJoin");
    return this.apply(now, true);
  }

  private async apply(
    { live: { host: live }, plan: planned }: LookResult,
    inTurn: boolean,
  ): Promise<Plan> {
    const { context, wanted } = this;
    const { host, layer } = wanted.inputs;
    const owed = (inTurn && planned.disruptive) || live.manifests.get(layer)?.rolling === true;
    const rolling = owed && this.isOffered("afterChange");
    const lease = context.leases.step(live.lease);
    const group = this.groupSteps(rolling, inTurn);
    const { steps, payload } = applySteps(wanted, live, planned, lease, group);
    if (planned.changes) context.leases.hold(host, context.hosts);
    await this.runSteps(host, steps, payload);
    if (!rolling) return planned;
    await this.help("afterChange");
    const done = JSON.stringify(planned.manifest);
    await this.runSteps(host, [["write_manifest", layer, done]]);
    return planned;
  }

  private groupSteps(rolling: boolean, inTurn: boolean): GroupSteps {
    const { gate, prepare } = this.wanted.inputs.rollout ?? {};
    return {
      rolling,
      ...(gate && inTurn && { gate: gateStep(filledIn(gate, this.concerned)) }),
      ...(prepare && { prepare: commandStep("run_command", filledIn(prepare, this.concerned)) }),
    };
  }

  private isOffered(hook: Hook): boolean {
    return this.context.helpers.of(hook, this.wanted.inputs.layer, this.concerned).length > 0;
  }

  private help(hook: Hook): Promise<void> {
    return help(this.context, hook, this.wanted.inputs.layer, this.concerned, this.onProgress);
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

/** Disruptive changes of several hosts take turns, and end when one of them fails. */
import type { Rollout } from "../api";

/** What a group goes by: the rest of a rollout is commands. */
export type Turns = Pick<Rollout, "group" | "maxUnavailable" | "held">;

interface Waiting {
  readonly host: string;
  readonly budget: number;
  /** The group could not spare it when it had its turn: others come first. */
  deferred: boolean;
  readonly wake: (mayGo: boolean) => void;
}

type Presence = "arriving" | "repairing" | "turn";

interface Group {
  /** Hosts that are found out about, are down and being repaired, or have their turn, at this moment. */
  readonly present: Record<Presence, number>;
  /** Layers that the engine may still ask to change, each with the end of the wait for it. */
  readonly expected: Map<string, NodeJS.Timeout>;
  failure: string | undefined;
  /** In the order of their names, numbers by value. */
  readonly waiting: Waiting[];
}

/** Names in the order of the alphabet, numbers in them by value. */
export const nameOrder = new Intl.Collator("en", { numeric: true });

/**
 * How long turns wait for a layer after the engine has shown it: it asks for the change within moments,
 * or never, where something else failed, or not before others have ended (`--parallel`).
 */
const patienceMs = 10_000;

/** A change was refused for the sake of its group; the host was not touched. */
export class RolloutStopped extends Error {}

/** The groups of one run (all hosts of a run are in one provider process). */
export class Rollouts {
  private readonly groups = new Map<string, Group>();
  private cancelled = false;

  /** Announces a layer of a host that the engine may ask to change: turns wait for it. */
  expect({ group: name }: Turns, host: string, layer: string): void {
    const { expected } = this.group(name);
    const member = `${host}/${layer}`;
    clearTimeout(expected.get(member));
    const timer = setTimeout(() => this.settle(name, member), patienceMs);
    expected.set(member, timer.unref());
  }

  /** The layer is as it should be: the engine won't ask to change it. */
  unchanged({ group }: Turns, host: string, layer: string): void {
    this.settle(group, `${host}/${layer}`);
  }

  /** A layer comes; nobody's turn begins before it is known what its host needs. */
  arrive(turns: Turns, host: string, layer: string): Place {
    const place = new Place(this.group(turns.group), turns, host, () => this.cancelled);
    this.settle(turns.group, `${host}/${layer}`);
    return place;
  }

  /** Refuses every further turn. */
  cancel(): void {
    this.cancelled = true;
    this.groups.forEach((group) => wakeAll(group, true));
  }

  private settle(name: string, member: string): void {
    const group = this.group(name);
    clearTimeout(group.expected.get(member));
    group.expected.delete(member);
    wakeNext(group);
  }

  private group(name: string): Group {
    const present = { arriving: 0, repairing: 0, turn: 0 };
    const fresh: Group = { present, expected: new Map(), failure: undefined, waiting: [] };
    const group = this.groups.get(name) ?? fresh;
    this.groups.set(name, group);
    return group;
  }
}

/** One host's place in its group, from its arrival until it leaves. */
export class Place {
  private state: Presence | "waiting" | "gone" = "arriving";

  constructor(
    private readonly group: Group,
    private readonly turns: Turns,
    private readonly host: string,
    private readonly isCancelled: () => boolean,
  ) {
    group.present.arriving++;
  }

  /** Nobody of the group is being disrupted by this run. */
  isQuiet(): boolean {
    return this.group.present.turn === 0;
  }

  /** The host is repaired at once: whoever disrupts has to wait for it. */
  repairs(): void {
    this.moveTo("repairing");
    wakeNext(this.group);
  }

  /** Waits until the host may be disrupted; says whether that took any time. */
  async turn(): Promise<boolean> {
    const { held } = this.turns;
    if (held !== undefined) throw this.stopped(held);
    const since = Date.now();
    await this.wait();
    return Date.now() - since > 50;
  }

  /**
   * Gives the turn back, as the group can't spare the host at the moment, and waits for the next one: others
   * may be what is missing, and be repaired. With nobody left of whom that can be hoped, it ends with the reason.
   */
  async defer(reason: string): Promise<void> {
    await this.wait(reason);
  }

  /** Ends it; with a reason, everybody who still waits is refused. */
  leave(failure?: string): void {
    const hasChanged = this.state === "turn" || this.state === "repairing";
    this.moveTo("gone");
    this.group.failure ??= failure;
    if (hasChanged) for (const each of this.group.waiting) each.deferred = false;
    wakeNext(this.group);
  }

  private async wait(reason?: string): Promise<void> {
    const { host, group } = this;
    this.moveTo("waiting");
    const mayGo = await new Promise<boolean>((wake) => {
      const { maxUnavailable: budget } = this.turns;
      group.waiting.push({ host, budget, deferred: reason !== undefined, wake });
      group.waiting.sort((one, other) => nameOrder.compare(one.host, other.host));
      wakeNext(group);
    });
    // whoever wakes it has counted it already
    this.state = "turn";
    const refusal = this.refusal() ?? (mayGo ? undefined : reason);
    if (refusal === undefined) return;
    this.moveTo("gone");
    throw this.stopped(refusal);
  }

  private moveTo(state: Presence | "waiting" | "gone"): void {
    const { present } = this.group;
    if (this.state in present) present[this.state as Presence]--; // as just found
    this.state = state;
    if (state in present) present[state as Presence]++;
  }

  private refusal(): string | undefined {
    const { failure } = this.group;
    if (failure === undefined) return this.isCancelled() ? "cancelled" : undefined;
    return (
      `another host of rollout group ${this.turns.group} failed (${failure}); ` +
      `repair it, then run again`
    );
  }

  private stopped(reason: string): RolloutStopped {
    return new RolloutStopped(`${this.host}: not changed: ${reason}`);
  }
}

/**
 * Wakes whoever may go, or is to be refused; the place is taken before the sleeper runs, so that
 * nobody can slip in.
 */
function wakeNext(group: Group): void {
  const { present, expected, waiting, failure } = group;
  if (failure !== undefined) wakeAll(group, true);
  while (present.arriving === 0 && expected.size === 0 && waiting.length > 0) {
    const next = waiting.find(({ deferred }) => !deferred);
    const unavailable = present.repairing + present.turn;
    if (next === undefined) {
      if (unavailable === 0) wakeAll(group, false);
      return;
    }
    if (unavailable >= next.budget) return;
    waiting.splice(waiting.indexOf(next), 1);
    present.turn++;
    next.wake(true);
  }
}

function wakeAll(group: Group, mayGo: boolean): void {
  for (const { wake } of group.waiting.splice(0)) {
    group.present.turn++;
    wake(mayGo);
  }
}

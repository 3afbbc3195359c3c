/** Disruptive changes of several hosts take turns, and end when one of them fails. */
import type { Rollout } from "../api";

interface Group {
  /** Hosts of which it is not known yet whether they need a turn. */
  arriving: number;
  /** Hosts that are being changed, or are down and being repaired. */
  unavailable: number;
  failure: string | undefined;
  /** In the order of their names, numbers by value. */
  readonly waiting: { readonly host: string; readonly budget: number; readonly wake: () => void }[];
}

const nameOrder = new Intl.Collator("en", { numeric: true });

/** A change was refused for the sake of its group; the host was not touched. */
export class RolloutStopped extends Error {}

/** The groups of one run (all hosts of a run are in one provider process). */
export class Rollouts {
  private readonly groups = new Map<string, Group>();
  private cancelled = false;

  /** Announces a host; nobody's turn begins before it is known what this host needs. */
  arrive(rollout: Rollout, host: string): Place {
    const fresh: Group = { arriving: 0, unavailable: 0, failure: undefined, waiting: [] };
    const group = this.groups.get(rollout.group) ?? fresh;
    this.groups.set(rollout.group, group);
    return new Place(group, rollout, host, () => this.cancelled);
  }

  /** Refuses every further turn. */
  cancel(): void {
    this.cancelled = true;
    this.groups.forEach(wakeAll);
  }
}

/** One host's place in its group, from its announcement until it leaves. */
export class Place {
  private state: "arriving" | "unavailable" | "waiting" | "gone" = "arriving";

  constructor(
    private readonly group: Group,
    private readonly rollout: Rollout,
    private readonly host: string,
    private readonly isCancelled: () => boolean,
  ) {
    group.arriving++;
  }

  /** The host is down in part and is repaired at once: whoever disrupts has to wait for it. */
  repairs(): void {
    this.moveTo("unavailable");
    wakeNext(this.group);
  }

  /** Waits until the host may be disrupted; says whether that took any time. */
  async turn(): Promise<boolean> {
    const { host, rollout } = this;
    const { held, maxUnavailable: budget } = rollout;
    if (held !== undefined) throw new RolloutStopped(`${host}: not changed: ${held}`);
    this.moveTo("waiting");
    const since = Date.now();
    await new Promise<void>((wake) => {
      this.group.waiting.push({ host, budget, wake });
      this.group.waiting.sort((one, other) => nameOrder.compare(one.host, other.host));
      wakeNext(this.group);
    });
    this.state = "unavailable";
    this.refuse();
    return Date.now() - since > 50;
  }

  /** Ends it, after a refusal too; with a reason, everybody who still waits is refused. */
  leave(failure?: string): void {
    this.moveTo("gone");
    this.group.failure ??= failure;
    wakeNext(this.group);
  }

  private moveTo(state: "unavailable" | "waiting" | "gone"): void {
    if (this.state === "arriving") this.group.arriving--;
    if (this.state === "unavailable") this.group.unavailable--;
    if (state === "unavailable") this.group.unavailable++;
    this.state = state;
  }

  private refuse(): void {
    const untouched = `${this.host}: not changed`;
    const { failure } = this.group;
    if (!this.isCancelled() && failure === undefined) return;
    if (failure === undefined) throw new RolloutStopped(`${untouched}: cancelled`);
    throw new RolloutStopped(
      `${untouched}: another host of rollout group ${this.rollout.group} failed (${failure}); ` +
        `repair it, then run again`,
    );
  }
}

/**
 * Wakes whoever may go, or is to be refused; the place is taken before the sleeper runs, so that
 * nobody can slip in.
 */
function wakeNext(group: Group): void {
  if (group.failure !== undefined) {
    wakeAll(group);
    return;
  }
  const [first] = group.waiting;
  if (!first || group.arriving > 0 || group.unavailable >= first.budget) return;
  group.waiting.shift();
  group.unavailable++;
  first.wake();
  wakeNext(group);
}

function wakeAll(group: Group): void {
  for (const { wake } of group.waiting.splice(0)) {
    group.unavailable++;
    wake();
  }
}

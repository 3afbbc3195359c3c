import { ChangedStack } from "./changed-stack";
import { nodeValues } from "./host-probes";
import type { Fault } from "./faults";
import { eventually, expectSuccess, type Finished } from "./lab";
import { LabCluster } from "./lab-cluster";
import { startLab } from "./running";
import { outdatedProcesses } from "./unit-processes";

export const hosts = ["c1", "c2", "c3", "c4"] as const;
export type HostName = (typeof hosts)[number];

/** Parts of the cluster that a rolling change restarts one host after the other. */
export const parts = ["etcd", "API server", "kubelet"] as const;
export type Part = (typeof parts)[number];

/** One way in which an `up` is cut off. */
export interface Interruption {
  /** What is under way: the cluster's first creation on its hosts, or a change of these parts. */
  readonly work: "creation" | readonly Part[];
  readonly fault: Fault;
  readonly host: HostName;
  /** When it strikes, as a fraction of the time that the work takes undisturbed. */
  readonly at: number;
}

export function title({ work, fault, host, at }: Interruption): string {
  const what = work === "creation" ? "the creation" : `a change of ${work.join(", ")}`;
  return `${fault.name} on ${host}, ${(at * 100).toFixed(0)} % into ${what}`;
}

/** The cluster of test/support/stacks/faults.yaml, whose changes are cut off. */
export class InterruptedCluster {
  private readonly stack = new ChangedStack("test/support/stacks/faults.yaml");
  readonly cluster = new LabCluster("faults", this.stack.file, hosts);
  private generation = 0;
  private settings: Partial<Record<Part, number>> = {};
  /** Seconds that work takes undisturbed, at first guessed. */
  private readonly seconds = { creation: 50, start: 8, part: 12 };

  constructor() {
    this.change([]);
  }

  /** Makes the hosts, with nothing of an earlier run that was cut off. */
  async boot(): Promise<void> {
    await this.cluster.remove();
    await this.cluster.boot();
  }

  /** Makes the cluster, and finds out how long undisturbed work takes here. */
  async create(): Promise<void> {
    this.seconds.creation = (await succeeded(this.up())).seconds;
    this.change(parts);
    const change = await succeeded(this.up());
    this.seconds.part = Math.max(1, (change.seconds - this.seconds.start) / parts.length);
  }

  /** Gives parts of the cluster another setting, which restarts each of them on every host. */
  change(changed: readonly Part[]): void {
    this.generation++;
    for (const part of changed) this.settings[part] = this.generation;
    const of = (part: Part): number => this.settings[part] ?? 0;
    this.stack.set({
      etcd: { extraArgs: { "max-txn-ops": String(128 + of("etcd")) } },
      controlPlane: {
        apiServer: { extraArgs: { "max-requests-inflight": String(400 + of("API server")) } },
      },
      kubelet: { maxPods: 50 + of("kubelet") },
    });
  }

  destroy(): Promise<Finished> {
    return succeeded(this.cluster.destroy());
  }

  up(): Promise<Finished> {
    return this.cluster.plinth("up", "--yes", "--skip-preview", "--parallel", "64");
  }

  /** Starts an `up` and lets the fault strike in its midst; over when the `up` has ended. */
  async interrupt(interruption: Interruption): Promise<Finished> {
    const { work, fault, host, at } = interruption;
    if (work !== "creation") this.change(work);
    const { creation, start, part } = this.seconds;
    const whole = work === "creation" ? creation : start + part * work.length;
    const stack = ["--stack", this.cluster.stack, "--config-file", this.stack.file];
    const up = ["plinth", "up", "--yes", "--skip-preview", "--parallel", "64", ...stack];
    const run = startLab(...up);
    await new Promise((resolve) => setTimeout(resolve, at * whole * 1000));
    await fault.strike(run, host);
    const ended = await run.finished;
    await fault.mend?.(host);
    return ended;
  }

  /** One `up`, and everything is as the stack config says; throws what is not. */
  async recover(): Promise<Finished> {
    const up = await succeeded(this.up());
    await succeeded(this.cluster.pulumi("preview", "--expect-no-changes"));
    await this.cluster.writeKubeconfig();
    await eventually("every node is Ready", 180, () => this.ready());
    const pods = await nodeValues(this.cluster, "{.status.capacity.pods}");
    expect(new Set(pods)).toEqual(new Set([String(50 + (this.settings.kubelet ?? 0))]));
    for (const host of hosts)
      expect({ host, old: await outdatedProcesses(host) }).toEqual({ host, old: [] });
    return up;
  }

  private async ready(): Promise<true | undefined> {
    const condition = '{.status.conditions[?(@.type=="Ready")].status}';
    const nodes = await nodeValues(this.cluster, condition);
    return nodes.filter((status) => status === "True").length === hosts.length ? true : undefined;
  }
}

/** What a run printed, when it ended well; throws all of it otherwise. */
export async function succeeded(run: Promise<Finished>): Promise<Finished> {
  const finished = await run;
  expectSuccess(finished);
  return finished;
}

import { ChangedStack } from "../stacks/changed-stack";
import type { Fault } from "../lab/faults";
import { layersOn } from "../lab/host-layers";
import { nodeValues } from "../lab/host-probes";
import { unitRuns } from "../lab/host-snapshot";
import { eventually, expectSuccess, type Finished, type Running } from "../lab/lab";
import { LabCluster } from "../lab/lab-cluster";
import { startLab } from "../lab/running";
import { outdatedProcesses } from "../lab/unit-processes";

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
  /** When it strikes, as a fraction of the steps of the work: layers made, or units restarted. */
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

  constructor() {
    this.change([]);
  }

  /** Makes the hosts, with nothing of an earlier run that was cut off. */
  async boot(): Promise<void> {
    await this.cluster.remove();
    await this.cluster.boot();
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

  /**
   * Starts an `up` and lets the fault strike in its midst; over when the `up` has ended.
   *
   * Throws where the `up` was not cut off: it ended before the fault struck, or well in spite of one
   * that nothing survives.
   */
  async interrupt(interruption: Interruption): Promise<Finished> {
    const { work, fault, host, at } = interruption;
    const { steps, done } = work === "creation" ? creation : await restartsOf(work);
    if (work !== "creation") this.change(work);
    const stack = ["--stack", this.cluster.stack, "--config-file", this.stack.file];
    const up = ["plinth", "up", "--yes", "--skip-preview", "--parallel", "64", ...stack];
    const run = startLab(...up);
    // two steps at least are left then, more than pass until it strikes
    await reached(run, Math.floor(at * (steps - 1)), done);
    await fault.strike(run, host);
    const ended = await run.finished;
    if (fault.fatal && ended.status === 0) throw new Error(`not cut off:\n${ended.output}`);
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

/** Some work of an `up`: of how many steps it is, and how many of them are done. */
interface Work {
  readonly steps: number;
  readonly done: () => Promise<number>;
}

/** Layers that are complete; those of the control planes are etcd, control-plane, runtime and node. */
const creation: Work = {
  steps: 3 * 4 + 2,
  done: async () => {
    const layers = await Promise.all(hosts.map(layersOn));
    return layers.flatMap((each) => [...each.values()]).filter((complete) => complete).length;
  },
};

const unitOf: Readonly<Record<Part, string>> = {
  etcd: "etcd.service",
  "API server": "kube-apiserver.service",
  kubelet: "kubelet.service",
};

/** Units of these parts that have been restarted from now on. */
async function restartsOf(changed: readonly Part[]): Promise<Work> {
  const units = changed.map((part) => unitOf[part]);
  const invocations = async () => {
    const runs = await Promise.all(hosts.map(unitRuns));
    return runs.flatMap((each) => units.map((unit) => each.get(unit)?.invocation ?? ""));
  };
  const before = await invocations();
  return {
    steps: before.filter((invocation) => invocation !== "").length,
    done: async () => {
      const now = await invocations();
      return now.filter((invocation, at) => invocation !== before[at]).length;
    },
  };
}

/** Waits until so many steps are done; throws when the run ends before. */
async function reached(run: Running, steps: number, done: Work["done"]): Promise<void> {
  const progress = { over: false };
  void run.finished.then(() => (progress.over = true));
  for (;;) {
    const count = await done();
    if (progress.over) throw new Error(`ended after ${count} steps, to be cut off after ${steps}`);
    if (count >= steps) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What a run printed, when it ended well; throws all of it otherwise. */
export async function succeeded(run: Promise<Finished>): Promise<Finished> {
  const finished = await run;
  expectSuccess(finished);
  return finished;
}

import { join } from "node:path";
import { cpuSecondsOf, type Measured } from "./measured-run";
import { hostAddresses, startedHosts } from "./simulation/simulated-hosts";
import { ScaleStack } from "./stack";

/** What is measured, in the order in which it happens to one stack. */
export const steps = [
  "first up",
  "no-op",
  "one host added",
  "one file changed everywhere",
] as const;
export type StepName = (typeof steps)[number];

/** A run of one step; CPU of the simulated hosts is no part of the product's. */
export type StepResult = Omit<Measured, "output"> & { readonly hostsCpuSeconds: number };

/** Everything that was measured with one number of workers. */
export interface SizeResult {
  readonly workers: number;
  /** Every run of each step. */
  readonly runs: Readonly<Record<StepName, readonly StepResult[]>>;
  /** After the first up. */
  readonly stateBytes: number;
}

export interface Surroundings {
  readonly repository: string;
  /** Folders of `pulumi` and its language host. */
  readonly tools: readonly string[];
  readonly port: number;
  /** How often the steps that can be repeated are. */
  readonly repeats: number;
  readonly progress: (line: string) => void;
}

/** Measures every step with a number of workers; throws when a run does something else than its step. */
export async function measuredSize(workers: number, at: Surroundings): Promise<SizeResult> {
  const all = hostAddresses(workers + at.repeats);
  const bundle = join(at.repository, "dist/scale-hosts.js");
  const { process: hosts, hostKey } = await startedHosts(bundle, at.port, all);
  try {
    const folder = join(at.repository, "dist/scale");
    const stack = new ScaleStack(folder, at.repository, at.tools, { port: at.port, hostKey });
    await stack.initialise();
    return await new Scenario(stack, hosts.pid ?? 0, all, workers, at).run();
  } finally {
    hosts.kill();
  }
}

class Scenario {
  private readonly runs: Record<StepName, StepResult[]> = {
    "first up": [],
    "no-op": [],
    "one host added": [],
    "one file changed everywhere": [],
  };

  constructor(
    private readonly stack: ScaleStack,
    private readonly hostsPid: number,
    private readonly all: ReturnType<typeof hostAddresses>,
    private readonly workers: number,
    private readonly at: Surroundings,
  ) {}

  async run(): Promise<SizeResult> {
    const { workers, stack, at } = this;
    const layers = 2;
    await this.step("first up", workers, 110, { created: layers * workers });
    const stateBytes = stack.stateBytes();
    for (let turn = 0; turn < at.repeats; turn++) await this.step("no-op", workers, 110, {});
    for (let turn = 1; turn <= at.repeats; turn++)
      await this.step("one host added", workers + turn, 110, { created: layers });
    const grown = workers + at.repeats;
    await this.step("one file changed everywhere", grown, 120, { updated: grown });
    return { workers, runs: this.runs, stateBytes };
  }

  private async step(
    name: StepName,
    workers: number,
    maxPods: number,
    expected: { readonly created?: number; readonly updated?: number },
  ): Promise<void> {
    const hosts = this.all.filter((_, index) => index < workers + controlPlanes);
    const before = cpuSecondsOf(this.hostsPid);
    const up = ["up", "--yes", "--skip-preview", "--parallel", "64", "--color", "never"];
    const { output, ...measured } = await this.stack.run({ hosts, maxPods }, ...up);
    const hostsCpuSeconds = cpuSecondsOf(this.hostsPid) - before;
    refuseOther(name, output, expected);
    this.runs[name].push({ ...measured, hostsCpuSeconds });
    const seconds = measured.wallSeconds.toFixed(1);
    this.at.progress(`${workers} workers, ${name}: ${seconds} s`);
  }
}

const controlPlanes = 3;

/** Layers that a run created and updated, by its summary, must be those that its step is about. */
function refuseOther(
  name: StepName,
  output: string,
  { created = 0, updated = 0 }: { readonly created?: number; readonly updated?: number },
): void {
  // a layer's line is repeated with what it is doing
  const layersThat = (what: string): number =>
    new Set(output.match(new RegExp(`plinth:index:HostLayer \\S+ ${what}`, "g"))).size;
  const got = { created: layersThat("created"), updated: layersThat("updated") };
  if (got.created !== created || got.updated !== updated)
    throw new Error(
      `${name}: got ${got.created} layers created and ${got.updated} updated, ` +
        `expected ${created} and ${updated}\n${output}`,
    );
}

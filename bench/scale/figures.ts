import { roles } from "./measured-run";
import { steps, type SizeResult, type StepName, type StepResult } from "./scenario";

/** One step at one size in numbers: the medians of its runs. */
export interface Figures {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly cpuByRole: readonly number[];
  readonly hostsCpuSeconds: number;
  readonly peakMiB: number;
}

export function figures(result: SizeResult, step: StepName): Figures {
  const runs = result.runs[step];
  const of = (value: (run: StepResult) => number): number => median(runs.map(value));
  const cpuByRole = roles.map((role) => of((run) => run.cpuSeconds[role]));
  return {
    wallSeconds: of((run) => run.wallSeconds),
    cpuSeconds: cpuByRole.reduce((sum, seconds) => sum + seconds, 0),
    cpuByRole,
    hostsCpuSeconds: of((run) => run.hostsCpuSeconds),
    peakMiB: of((run) => run.peakMiB),
  };
}

/** What adding a host takes beyond a run that changes nothing. */
export function additionSeconds(result: SizeResult): number {
  return figures(result, "one host added").wallSeconds - figures(result, "no-op").wallSeconds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** A Markdown table with a row for each step and size. */
export function table(results: readonly SizeResult[]): string {
  const rows = results.flatMap((result) =>
    steps.map((step) => {
      const got = figures(result, step);
      const cpu = got.cpuByRole.map((seconds) => seconds.toFixed(1)).join(" + ");
      return [
        result.workers,
        step,
        got.wallSeconds.toFixed(1),
        `${got.cpuSeconds.toFixed(1)} (${cpu})`,
        got.hostsCpuSeconds.toFixed(1),
        got.peakMiB.toFixed(0),
        (result.stateBytes / 2 ** 20).toFixed(1),
      ];
    }),
  );
  const head = [
    ...["Workers", "Step", "Wall s", `CPU s (${roles.join(" + ")})`],
    ...["Simulated hosts' CPU s", "Peak MiB", "State MiB"],
  ];
  const rule = head.map((_, index) => (index === 1 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

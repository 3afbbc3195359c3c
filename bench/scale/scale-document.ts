import { cpus, totalmem } from "node:os";
import { additionSeconds, figures, table } from "./figures";
import type { SizeResult } from "./scenario";

/** Seconds that a run that changes nothing takes longer for each host, from the fewest to the most. */
function perFurtherHost(results: readonly SizeResult[]): number {
  const [least, most] = [results[0], results.at(-1)];
  if (!least || !most || least === most) return NaN;
  const seconds = (result: SizeResult): number => figures(result, "no-op").wallSeconds;
  return (seconds(most) - seconds(least)) / (most.workers - least.workers);
}

/** docs/scale.md */
export function scaleDocument(results: readonly SizeResult[]): string {
  const largest = results.at(-1);
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} cores and ${memory} GiB of memory`;
  const noOp = largest ? figures(largest, "no-op").wallSeconds : 0;
  const workers = largest?.workers ?? 0;
  const additions = results.map(
    (result) => `| ${result.workers} | ${additionSeconds(result).toFixed(2)} |\n`,
  );
  return `# How runs grow with the number of hosts

Measured by \`bash bench/scale.sh\` on a machine with ${machine}, the simulated hosts on the same
machine. Pulumi's engine, the file backend, the provider, its SSH and the layers of a worker are the
real ones; the hosts are simulated: a server in a process of its own answers SSH and keeps what each
host has in memory, without any delay. Certificates, control planes and add-ons are left out.
Every run looks at all hosts live. Figures are medians.

![Seconds by number of workers](scale.svg)

<!-- prettier-ignore -->
${table(results)}
A run that changes nothing with ${workers} workers takes ${noOp.toFixed(1)} s, ${(noOp / workers).toFixed(3)} s a host;
${perFurtherHost(results).toFixed(3)} s for each host beyond the first ${results[0]?.workers ?? 0}.

The CPU of program and provider grows with the number of hosts. That of Pulumi's engine grows faster
where many layers change: its file backend writes the whole state twice for each of them. So the state
holds everything of a layer once, and a host has few layers.

What adding one host takes more than such a run:

<!-- prettier-ignore -->
| Workers | Seconds more |
| ---: | ---: |
${additions.join("")}`;
}

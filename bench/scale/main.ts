/** Measures runs of the program on simulated hosts: `node dist/scale.js [--sizes 10,50] [--repeats 3]`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { progressLine } from "../../toolchain/cli";
import { toolchain } from "../../toolchain/toolchain";
import { additionSeconds, figures, table } from "./figures";
import { plot } from "./plot";
import { measuredSize, steps, type SizeResult } from "./scenario";
import { scaleDocument } from "./scale-document";

const port = 2299;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "10,50,100,200" },
      repeats: { type: "string", default: "3" },
      docs: { type: "boolean", default: false },
    },
  });
  const repository = process.cwd();
  const folders = await toolchain(["pulumi", "pulumi-language-nodejs"], (event) => {
    if (event.state !== "cached") console.log(progressLine(event));
  });
  const results: SizeResult[] = [];
  for (const size of values.sizes.split(",").map(Number)) {
    const surroundings = {
      repository,
      tools: Object.values(folders),
      port,
      repeats: Number(values.repeats),
      progress: (line: string) => console.log(line),
    };
    results.push(await measuredSize(size, surroundings));
  }
  writeFileSync(join(repository, "dist/scale.json"), JSON.stringify(results, null, 2));
  console.log(`\n${table(results)}`);
  for (const result of results)
    console.log(
      `${result.workers} workers: a host added takes ${additionSeconds(result).toFixed(2)} s more than a no-op`,
    );
  if (!values.docs) return;
  const curves = steps.map((step) => ({
    name: step,
    points: results.map((each) => [each.workers, figures(each, step).wallSeconds] as const),
  }));
  const drawn = plot("Runs of the program by number of workers", "workers", "seconds", curves);
  writeFileSync(join(repository, "docs/scale.svg"), drawn);
  writeFileSync(join(repository, "docs/scale.md"), scaleDocument(results));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

import { productNames } from "./product-list";
import type { ProductName } from "./product-list";
import { toolchain } from "./toolchain";
import type { ToolchainEvent } from "./toolchain";

/** Makes the products named on the command line, all without any, and reports each step. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    const started = Date.now();
    const counts = { cached: 0, build: 0, download: 0 };
    const names = args.length === 0 ? productNames : args.map(productName);
    const folders = await toolchain(names, (event) => {
      console.log(progressLine(event));
      if (event.state === "cached") counts.cached++;
      if (event.state === "done" && event.source !== undefined) counts[event.source]++;
    });
    for (const [name, folder] of Object.entries(folders))
      console.log(`${name.padEnd(22)} ${folder}`);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(
      `${names.length} products ready in ${seconds} s: ${counts.download} downloaded, ` +
        `${counts.build} built, ${counts.cached} were there`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function productName(name: string): ProductName {
  const found = productNames.find((known) => known === name);
  if (found === undefined) {
    throw new Error(`command line: got ${name}, expected one of ${productNames.join(", ")}`);
  }
  return found;
}

/** One step of a run as a line for people. */
export function progressLine(event: ToolchainEvent): string {
  const { product, version, index, total, state, elapsedSeconds, detail } = event;
  const words = {
    cached: "is there",
    waiting: "waits",
    downloading: "downloading",
    building: "building",
    done: event.source === "download" ? "downloaded" : "built",
    failed: "failed",
  }[state];
  const time = elapsedSeconds >= 1 ? ` (${Math.round(elapsedSeconds)} s)` : "";
  const more = detail === undefined ? "" : `, ${detail}`;
  return `[${index}/${total}] ${product} ${version}: ${words}${time}${more}`;
}

import type { ToolchainEvent } from "../../toolchain/toolchain";

/** A line of progress with the seconds since `started`. */
export function progressLine(text: string, started: number, now: number): string {
  return `[${((now - started) / 1000).toFixed(1).padStart(6)} s] ${text}`;
}

/** Prints lines of progress with the seconds since it was made. */
export function progressPrinter(): (text: string) => void {
  const started = Date.now();
  return (text) => console.log(progressLine(text, started, Date.now()));
}

/** The line for a step of the toolchain, or undefined for a product that the cache has. */
export function toolchainLine(event: ToolchainEvent): string | undefined {
  const { product, version, index, total, state, elapsedSeconds, detail } = event;
  if (state === "cached") return undefined;
  const more = detail === undefined ? "" : `: ${detail}`;
  const seconds = elapsedSeconds > 0 ? ` (${elapsedSeconds} s)` : "";
  return `toolchain ${index}/${total}: ${product} ${version} ${state}${seconds}${more}`;
}

/** How calls travel over the one root shell of a host, and how their ends are found in its output. */

/** One call of a library function with its arguments. */
export type Step = readonly [verb: string, ...args: string[]];

/** A step with a list as its last arguments, or nothing where the list is empty. */
export function each(verb: string, items: readonly string[], ...first: string[]): Step[] {
  return items.length > 0 ? [[verb, ...first, ...items]] : [];
}

/** A word that a POSIX shell reads as exactly this text. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The library function `steps` that runs the given calls one after the other. */
function stepsFunction(steps: readonly Step[]): string {
  const lines = steps.map(([verb, ...args]) => [verb, ...args.map(shellWord)].join(" "));
  return `steps() {\n${lines.join("\n")}\n:\n}\n`;
}

/** A piece of shell text for the shell to take in, as it is written to its input. */
export function shellText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`plinth:${bytes.length}\n`), bytes]);
}

/** What is written to the shell for one round trip: the calls, then the payload they read. */
export function request(marker: string, steps: readonly Step[], payload: Buffer): Buffer {
  const text = `${stepsFunction(steps)}call ${marker} ${payload.length} whole\n`;
  return Buffer.concat([shellText(text), payload]);
}

/** Collects one stream of the shell until the marker line ends it. */
export class MarkedStream {
  private chunks: Buffer[] = [];
  private tail = "";
  /** Text after the marker, such as the exit status; undefined until the marker was seen. */
  end: string | undefined;

  constructor(private readonly marker: string) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    const window = this.tail + chunk.toString("latin1");
    const at = window.indexOf(`\n${this.marker}`);
    const lineEnd = at < 0 ? -1 : window.indexOf("\n", at + 1);
    if (lineEnd >= 0) this.end = window.slice(at + 1 + this.marker.length, lineEnd).trim();
    // enough to find a marker line that is split over two chunks
    this.tail = at >= 0 ? window.slice(at) : window.slice(-(this.marker.length + 16));
  }

  /** Everything before the marker line. */
  text(): string {
    const all = Buffer.concat(this.chunks);
    const at = all.lastIndexOf(`\n${this.marker}`);
    return (at >= 0 ? all.subarray(0, at) : all).toString("utf8");
  }
}

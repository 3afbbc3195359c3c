/** The host's end of provider/ssh/framing.ts: what the provider writes to a shell, taken apart again. */

/** Calls of library functions with the payload that they read. */
export interface Request {
  readonly marker: string;
  readonly steps: readonly (readonly string[])[];
  readonly payload: Buffer;
}

/** Collects the input of one shell; `push` gives the requests that are complete by then. */
export class ShellInput {
  private rest = Buffer.alloc(0);
  private call: { marker: string; size: number; steps: string[][] } | undefined;

  push(chunk: Buffer): Request[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const requests: Request[] = [];
    for (;;) {
      if (this.call) {
        const { marker, size, steps } = this.call;
        if (this.rest.length < size) return requests;
        requests.push({ marker, steps, payload: this.takenBytes(size) });
        this.call = undefined;
      }
      const text = this.text();
      if (text === undefined) return requests;
      // anything else is the script library
      if (text.startsWith("steps() {\n")) this.call = parsedCall(text);
    }
  }

  /** The next whole piece of shell text, and forgets it. */
  private text(): string | undefined {
    const lineEnd = this.rest.indexOf("\n");
    if (lineEnd < 0) return undefined;
    const [, length] = /^plinth:(\d+)$/.exec(this.rest.toString("latin1", 0, lineEnd)) ?? [];
    if (length === undefined) throw new Error("expected the length of a piece of shell text");
    if (this.rest.length < lineEnd + 1 + Number(length)) return undefined;
    this.takenBytes(lineEnd + 1);
    return this.takenBytes(Number(length)).toString("utf8");
  }

  private takenBytes(size: number): Buffer {
    const bytes = this.rest.subarray(0, size);
    this.rest = this.rest.subarray(size);
    return bytes;
  }
}

function parsedCall(text: string): { marker: string; size: number; steps: string[][] } {
  const [, body = "", marker = "", size] =
    /^steps\(\) \{\n(.*)\n:\n\}\ncall (\S+) (\d+) whole\n$/s.exec(text) ?? [];
  if (size === undefined) throw new Error(`not a call: ${text.slice(-80)}`);
  return { marker, size: Number(size), steps: shellWords(body) };
}

/** Lines of words, of which those in single quotes may hold anything. */
function shellWords(text: string): string[][] {
  const steps: string[][] = [];
  let step: string[] = [];
  for (const [, word, end] of text.matchAll(/((?:[^\s'\\]|\\.|'[^']*')+)([ \n]|$)/gs)) {
    step.push(
      (word ?? "").replace(
        /'([^']*)'|\\(.)/gs,
        (_, quoted: string | undefined, one) => quoted ?? String(one),
      ),
    );
    if (end === " ") continue;
    steps.push(step);
    step = [];
  }
  return steps;
}

/** A shell of root on a host that stays open and runs calls of the script library, one at a time. */
import { randomBytes } from "node:crypto";
import type { Client, ClientChannel } from "ssh2";
import { library } from "./script-library";
import { MarkedStream, request, shellText, type Step } from "./framing";

/** What a call left behind. */
export interface ShellResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly payload?: Buffer;
  /** Called with every line of stderr as it arrives. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How a shell becomes root. */
export type Elevation =
  | { readonly kind: "root" }
  | { readonly kind: "sudo"; readonly password?: string }
  | { readonly kind: "none" };

// Single quotes and plain words only: the login shell that reads this may be any shell. Lines
// without the prefix are skipped, so that a password which sudo did not ask for does no harm.
const loop =
  `sh -c 'while IFS= read -r n; do [ "\${n#plinth:}" = "$n" ] || ` +
  `eval "$(head -c "\${n#plinth:}")"; done'`;

function command(elevation: Elevation): string {
  if (elevation.kind !== "sudo") return `exec ${loop}`;
  return elevation.password === undefined ? `exec sudo -n ${loop}` : `exec sudo -S -p "" ${loop}`;
}

/** Opens a shell over a connection and teaches it the script library. */
export async function openShell(client: Client, elevation: Elevation): Promise<HostShell> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec(command(elevation), (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  if (elevation.kind === "sudo" && elevation.password !== undefined)
    channel.write(`${elevation.password}\n`);
  channel.write(shellText(library));
  return new HostShell(channel);
}

/** See `openShell`. */
export class HostShell {
  closed = false;

  constructor(private readonly channel: ClientChannel) {
    channel.on("close", () => (this.closed = true));
    channel.on("error", () => (this.closed = true));
  }

  /** Ends the shell and what it runs. */
  close(): void {
    this.closed = true;
    this.channel.signal("TERM");
    this.channel.close();
  }

  /** Runs the steps in order until one fails; rejects only when the shell itself is lost. */
  run(steps: readonly Step[], options: CallOptions = {}): Promise<ShellResult> {
    const marker = `plinth-${randomBytes(16).toString("hex")}`;
    const stdout = new MarkedStream(marker);
    const stderr = new MarkedStream(marker);
    const lines = lineSplitter(options.onLine);
    return new Promise((resolve, reject) => {
      const { channel } = this;
      const finish = (settle: () => void): void => {
        channel.off("data", onStdout).off("close", onClose);
        channel.stderr.off("data", onStderr);
        options.signal?.removeEventListener("abort", onAbort);
        settle();
      };
      const done = (): void => {
        if (stdout.end === undefined || stderr.end === undefined) return;
        const result = { status: Number(stdout.end), stdout: stdout.text(), stderr: stderr.text() };
        finish(() => resolve(result));
      };
      const onStdout = (chunk: Buffer): void => {
        stdout.push(chunk);
        done();
      };
      const onStderr = (chunk: Buffer): void => {
        stderr.push(chunk);
        lines(chunk);
        done();
      };
      const onClose = (): void => finish(() => reject(new ShellLost(stderr.text().trim())));
      const onAbort = (): void => {
        this.close();
        finish(() => reject(new ShellLost("cancelled")));
      };
      channel.on("data", onStdout).on("close", onClose);
      channel.stderr.on("data", onStderr);
      options.signal?.addEventListener("abort", onAbort);
      if (options.signal?.aborted) onAbort();
      else if (this.closed) onClose();
      else channel.write(request(marker, steps, options.payload ?? Buffer.alloc(0)));
    });
  }
}

/** The shell or its connection ended before the call did; the text is what it said last. */
class ShellLost extends Error {}

function lineSplitter(onLine: ((line: string) => void) | undefined): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    if (onLine) lines.forEach(onLine);
  };
}

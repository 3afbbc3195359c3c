/** The shells of one connection: one as a rule, a few more while several layers work at once. */
import type { Client } from "ssh2";
import { openShell, type Elevation, type HostShell } from "./shell";

/** sshd allows ten sessions per connection unless it is told otherwise. */
const maximum = 6;

export class Shells {
  /** The connection has ended. */
  closed = false;
  private readonly idle: HostShell[] = [];
  private readonly waiting: (() => void)[] = [];
  private count = 0;

  constructor(readonly client: Client) {
    const close = (): void => {
      this.closed = true;
    };
    client.on("close", close);
    client.on("error", close);
  }

  /** Lends a shell to a piece of work. */
  async use<T>(elevation: Elevation, work: (shell: HostShell) => Promise<T>): Promise<T> {
    if (this.count >= maximum) await new Promise<void>((wake) => this.waiting.push(wake));
    else this.count++;
    try {
      const shell = this.idle.pop() ?? (await openShell(this.client, elevation));
      const result = await work(shell);
      // a shell that lost its host or was cancelled is not used again
      if (!shell.closed && elevation.kind !== "none") this.idle.push(shell);
      return result;
    } finally {
      const wake = this.waiting.shift();
      if (wake) wake();
      else this.count--;
    }
  }
}

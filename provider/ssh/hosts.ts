/** All hosts of a run: one connection each, shells on it as they are needed. */
import type { HostConnection, ProviderSettings } from "../api";
import { openConnection } from "./connection";
import { ConnectionCut, ConnectionError } from "./connection-errors";
import type { Step } from "./framing";
import type { Elevation } from "./shell";
import { Shells } from "./shells";

/** What the steps of a call printed, when all of them succeeded. */
export interface CallResult {
  readonly stdout: string;
}

/** A step on a host failed; `message` names the host and what the step said. */
class StepFailed extends Error {
  /** `lines` are the messages of the failing step itself, without the host. */
  constructor(
    message: string,
    readonly lines: readonly string[],
  ) {
    super(message);
  }
}

/** Which of the script library's lines on stderr mean what. */
const progressPrefix = "@@ ";
const failurePrefix = "@! ";
const detailPrefix = "@| ";

/** How long a host that could not be reached is not tried again. */
const failureSeconds = 20;

export interface RunOptions {
  readonly payload?: Buffer;
  readonly signal?: AbortSignal;
  /** Called with what the host is doing, as it goes on. */
  readonly onProgress?: (text: string) => void;
  /** Called with every other line of stderr that starts with `@`. */
  readonly onEvent?: (line: string) => void;
  /** Called when the steps are sent, once the connection stands. */
  readonly onSent?: () => void;
  /** Try without root where the login user can't become root. */
  readonly unprivileged?: boolean;
}

/** The pool; a connection lives until the provider ends. */
export class Hosts {
  private readonly connections = new Map<string, Promise<Shells>>();
  private readonly counts = new Map<string, number>();

  constructor(readonly settings: ProviderSettings) {}

  /** Calls made so far on a host, by its name; each is one round trip. */
  roundTrips(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  /** Runs library functions on a host in one round trip. */
  async run(
    host: HostConnection,
    steps: readonly Step[],
    options: RunOptions = {},
  ): Promise<CallResult> {
    const shells = await this.shells(host);
    this.counts.set(host.name, this.roundTrips(host.name) + 1);
    let at = "";
    const onLine = (line: string): void => {
      if (line.startsWith(progressPrefix)) {
        at = line.slice(progressPrefix.length);
        options.onProgress?.(at);
      } else if (line.startsWith("@")) options.onEvent?.(line);
    };
    try {
      const result = await shells.use(this.elevation(host, options), (shell) => {
        options.onSent?.();
        return shell.run(steps, { ...options, onLine });
      });
      if (result.status === 0) return result;
      throw stepFailed(host, at, result.stderr, result.status);
    } catch (error) {
      throw error instanceof StepFailed
        ? error
        : connectionLost(host, at, (error as Error).message);
    }
  }

  /** Closes everything. */
  close(): void {
    for (const opening of this.connections.values())
      opening.then(({ client }) => client.destroy()).catch(() => undefined);
    this.connections.clear();
  }

  private elevation(host: HostConnection, options: RunOptions): Elevation {
    if (host.user === "root") return { kind: "root" };
    if (options.unprivileged) return { kind: "none" };
    const password = this.settings.sudoPassword;
    return password === undefined ? { kind: "sudo" } : { kind: "sudo", password };
  }

  private async shells(host: HostConnection): Promise<Shells> {
    const key = JSON.stringify(host);
    const opening = this.connections.get(key) ?? this.connect(host, key);
    this.connections.set(key, opening);
    const shells = await opening;
    if (!shells.closed) return shells;
    if (this.connections.get(key) === opening) this.connections.delete(key);
    return this.shells(host);
  }

  private async connect(host: HostConnection, key: string): Promise<Shells> {
    try {
      return new Shells(await openConnection(host, this.settings));
    } catch (error) {
      // other layers of a dead host, and the survey after the refresh, fail at once instead of waiting again
      setTimeout(() => this.connections.delete(key), failureSeconds * 1e3).unref();
      throw error;
    }
  }
}

function connectionLost(host: HostConnection, at: string, stderr: string): Error {
  const said = wordsOnly(stderr);
  const where = `${host.name} (${host.address}:${host.port})`;
  if (/^sudo:|is not in the sudoers file|is not allowed to/m.test(said))
    return new ConnectionError(
      `${where}: ${host.user} can't become root: ${said.replaceAll("\n", "; ")}`,
      `allow it password-less sudo or set sudoPassword`,
      "host",
    );
  if (said === "cancelled") return new Error(`${where}: cancelled${at && ` while ${at}`}`);
  return new ConnectionCut(
    `${where}: the connection was lost${at && ` while ${at}`}${said && `: ${said}`}; run again to continue`,
  );
}

/** What was said for people: without progress and the marks of the inner protocol. */
function wordsOnly(stderr: string): string {
  const lines = stderr.split("\n").map((line) => (isSaid(line) ? line.slice(3) : line));
  return lines.filter((line) => line !== "" && !line.startsWith("@")).join("\n");
}

function isSaid(line: string): boolean {
  return line.startsWith(failurePrefix) || line.startsWith(detailPrefix);
}

function stepFailed(host: HostConnection, at: string, stderr: string, status: number): StepFailed {
  const lines = stderr.split("\n").filter((line) => line !== "");
  const named = lines.filter(isSaid);
  const said =
    named.length > 0 ? named.map((line) => line.slice(3)) : unnamedFailure(lines, at, status);
  return new StepFailed(`${host.name}: ${said.join("\n")}`, said);
}

function unnamedFailure(lines: readonly string[], at: string, status: number): string[] {
  const last = lines.filter((line) => !line.startsWith("@")).slice(-15);
  return [`failed with status ${status}${at && ` while ${at}`}`, ...last];
}

/** The lease that keeps two operators from changing a host at the same time. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import type { HostConnection } from "./api";
import type { Hosts } from "./ssh/hosts";
import type { Step } from "./ssh/framing";

export interface Lease {
  /** `user@machine` */
  readonly operator: string;
  readonly pid: number;
  readonly runId: string;
  /** Identifies the boot of the operator's machine, so that `pid` means something. */
  readonly boot: string;
  readonly since: number;
  readonly expires: number;
}

const leaseSeconds = 120;

export function parsedLease(text: string | undefined): Lease | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Lease);
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return hostname();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The leases that this run holds; renewed until `release`. */
export class Leases {
  private readonly runId = randomBytes(8).toString("hex");
  private readonly boot = bootId();
  private readonly operator = `${userInfo().username}@${hostname()}`.replace(/[^\w.@-]/g, "_");
  private readonly held = new Map<string, { host: HostConnection; hosts: Hosts }>();
  private timer: NodeJS.Timeout | undefined;

  /** The step that takes (or renews) the lease of a host; `current` is the one found there. */
  step(current: Lease | undefined): Step {
    const { runId, operator, boot } = this;
    // the run before this one was killed and could not release it
    const dead = current?.boot === boot && !isAlive(current.pid) ? current.runId : "";
    return ["take_lease", runId, operator, String(process.pid), boot, String(leaseSeconds), dead];
  }

  /** Notes that a call with `step` is about to run on a host. */
  hold(host: HostConnection, hosts: Hosts): void {
    this.held.set(host.name, { host, hosts });
    this.timer ??= setInterval(() => void this.renew(), (leaseSeconds / 3) * 1e3).unref();
  }

  /** Gives every lease back; a host that does not answer keeps it until it expires. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.onAll(["release_lease", this.runId]);
    this.held.clear();
  }

  private renew(): Promise<unknown> {
    return this.onAll(this.step(undefined));
  }

  private onAll(step: Step): Promise<unknown> {
    const calls = [...this.held.values()].map(({ host, hosts }) => hosts.run(host, [step]));
    return Promise.allSettled(calls);
  }
}

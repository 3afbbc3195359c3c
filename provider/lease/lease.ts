/** The lease that keeps two operators from changing a host at the same time. */
import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import type { HostConnection } from "../api";
import { areGone, processNames } from "./process-names";
import type { Hosts } from "../ssh/hosts";
import type { Step } from "../ssh/framing";

export interface Lease {
  /** `user@machine` */
  readonly operator: string;
  /** Process of the engine. */
  readonly pid: number;
  readonly runId: string;
  /** The engine and this provider, so that nothing else is ever taken for them. */
  readonly holder: string;
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

/** The leases that this run holds; renewed until `release`. */
export class Leases {
  private readonly runId = randomBytes(8).toString("hex");
  private readonly holder = processNames(process.ppid, process.pid);
  private readonly operator = `${userInfo().username}@${hostname()}`.replace(/[^\w.@-]/g, "_");
  private readonly held = new Map<string, { host: HostConnection; hosts: Hosts }>();
  private timer: NodeJS.Timeout | undefined;

  /** The step that takes (or renews) the lease of a host; `current` is the one found there. */
  step(current: Lease | undefined): Step {
    const { runId, operator, holder } = this;
    // the run before this one was killed and could not release it
    const dead = current && areGone(current.holder) ? current.runId : "";
    const pid = String(process.ppid);
    return ["take_lease", runId, operator, pid, holder, String(leaseSeconds), dead];
  }

  /** Whether another run that may still live holds a lease at a time, in seconds of the host's clock. */
  isRival(lease: Lease, now: number): boolean {
    return lease.runId !== this.runId && lease.expires > now && !areGone(lease.holder);
  }

  /** Records that a call with `step` is about to run on a host. */
  hold(host: HostConnection, hosts: Hosts): void {
    this.held.set(host.name, { host, hosts });
    this.timer ??= setInterval(() => void this.renew(), (leaseSeconds / 3) * 1e3).unref();
  }

  /** Releases every lease; a host that does not answer keeps it until it expires. */
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

import { readdirSync, readFileSync } from "node:fs";

const sweepMs = 50;
/** Sweeps in which a new process is read: what it runs may be replaced soon after its start. */
const early = 4;
/** Every so many sweeps all processes are read. */
const fullSweep = 20;

/**
 * Reads the arguments and environments of all processes of the machine, those of the lab's hosts
 * included, again and again until it is stopped.
 */
export class ProcessWatch {
  private readonly texts = new Set<string>();
  private seen = new Map<string, number>();
  private sweeps = 0;
  private readonly timer = setInterval(() => this.sweep(), sweepMs);

  /** Every different list of arguments or environment that was seen, with the process's number. */
  stop(): readonly string[] {
    clearInterval(this.timer);
    return [...this.texts];
  }

  private sweep(): void {
    const all = this.sweeps++ % fullSweep === 0;
    const now = new Map<string, number>();
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      const times = (this.seen.get(pid) ?? 0) + 1;
      now.set(pid, times);
      if (all || times <= early) this.read(pid);
    }
    this.seen = now;
  }

  private read(pid: string): void {
    for (const file of ["cmdline", "environ"]) {
      try {
        this.texts.add(readFileSync(`/proc/${pid}/${file}`, "latin1"));
      } catch {
        // it has ended meanwhile
      }
    }
  }
}

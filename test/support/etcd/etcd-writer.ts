import type { EtcdHosts } from "./etcd-hosts";

/** Writes a key after the other, whatever happens to the members, and remembers which of them etcd has acknowledged. */
export class EtcdWriter {
  private readonly acknowledged: string[] = [];
  private running = false;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly hosts: EtcdHosts) {}

  start(): void {
    this.running = true;
    this.ended = this.write();
  }

  /** How many writes were acknowledged, and which of these are not there. */
  async stop(): Promise<{ readonly written: number; readonly lost: readonly string[] }> {
    this.running = false;
    await this.ended;
    const [name = ""] = this.hosts.running;
    const found = await this.hosts.etcdctl(name, "get", "--prefix", "--keys-only", "written/");
    const there = new Set(found.split("\n"));
    return {
      written: this.acknowledged.length,
      lost: this.acknowledged.filter((key) => !there.has(key)),
    };
  }

  private async write(): Promise<void> {
    for (let number = 0; this.running; number++) {
      const key = `written/${number}`;
      const names = this.hosts.running;
      try {
        await this.hosts.etcdctl(names[number % names.length] ?? "", "put", key, "value");
        this.acknowledged.push(key);
      } catch {
        // not acknowledged, so that nobody counts on it
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

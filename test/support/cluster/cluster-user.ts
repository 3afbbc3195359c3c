import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../lab/lab";
import type { LabCluster } from "../lab/lab-cluster";

/** Somebody who runs something in a cluster, by kubectl. */
export class ClusterUser {
  private readonly folder = mkdtempSync(join(tmpdir(), "plinth-user-"));

  constructor(private readonly cluster: LabCluster) {}

  async apply(...objects: readonly object[]): Promise<void> {
    await this.cluster.kubectl("apply", "-f", this.listed(objects));
  }

  /** Has the API server judge objects that are not made; what it does not know is an error. */
  dryRun(...objects: readonly object[]): Promise<string> {
    const options = ["--server-side", "--dry-run=server", "--validate=strict"];
    return this.cluster.kubectl("apply", ...options, "-f", this.listed(objects));
  }

  /** Waits until a pod, which need not be there yet, is ready. */
  async podReady(pod: string): Promise<void> {
    const condition = "--for=condition=Ready";
    await eventually(`pod ${pod} is ready`, 120, () =>
      this.cluster.kubectl("wait", condition, `pod/${pod}`, "--timeout=20s"),
    );
  }

  private listed(objects: readonly object[]): string {
    const file = join(this.folder, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    return file;
  }

  /** Takes away what it has written on the operator's machine. */
  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

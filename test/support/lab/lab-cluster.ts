import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished, lab, type Finished } from "./lab";

/** A cluster of a test's own: hosts, stack and kubeconfig apart from those of the others in the lab. */
export class LabCluster {
  private readonly folder = join(tmpdir(), `plinth-test-${String(process.pid)}`);
  readonly kubeconfig: string;

  /** `hosts` are those of `configFile`, a path from the repository's root. */
  constructor(
    readonly stack: string,
    readonly configFile: string,
    readonly hosts: readonly string[],
  ) {
    this.kubeconfig = join(this.folder, `${stack}.kubeconfig`);
  }

  /** Makes and boots the hosts, on disks of their own; memory limits as `HOST=1G`. */
  async boot(...memory: readonly string[]): Promise<void> {
    const limits = memory.flatMap((limit) => ["--memory", limit]);
    await lab("up", "--stack", this.configFile, ...limits);
  }

  /** The Pulumi CLI on the cluster's stack; never throws for its exit status. */
  pulumi(...args: readonly string[]): Promise<Finished> {
    const stack = ["--stack", this.stack, "--config-file", this.configFile];
    return finished("node", ["dist/lab.js", "pulumi", ...args, ...stack]);
  }

  /** One run of the program without asking. */
  up(): Promise<Finished> {
    return this.pulumi("up", "--yes", "--skip-preview", "--parallel", "64");
  }

  /** The program's own command line on the cluster's stack, likewise. */
  plinth(...args: readonly string[]): Promise<Finished> {
    const stack = ["--stack", this.stack, "--config-file", this.configFile];
    return finished("node", ["dist/lab.js", "plinth", ...args, ...stack]);
  }

  destroy(): Promise<Finished> {
    return this.pulumi("destroy", "--yes", "--skip-preview", "--parallel", "64");
  }

  /** Takes the lock of a run off the stack's state; a run that is under way goes on. */
  cancel(): Promise<Finished> {
    return finished("node", ["dist/lab.js", "pulumi", "cancel", "--yes", "--stack", this.stack]);
  }

  /** Writes the administrator's kubeconfig of the stack to a file. */
  async writeKubeconfig(): Promise<void> {
    const output = await this.pulumi("stack", "output", "kubeconfig", "--show-secrets");
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.kubeconfig, output.stdout, { mode: 0o600 });
  }

  async kubectl(...args: readonly string[]): Promise<string> {
    return (await lab("kubectl", "--kubeconfig", this.kubeconfig, ...args)).stdout.trim();
  }

  /** Uses the cluster as its users would; throws where it does not do as they expect. */
  async smoke(): Promise<void> {
    await lab("smoke", this.kubeconfig);
  }

  /** Ends the hosts and forgets the stack, whatever state they are in. */
  async remove(): Promise<void> {
    await lab("forget", this.stack, ...this.hosts);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

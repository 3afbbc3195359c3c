import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dump } from "js-yaml";
import { utils } from "ssh2";
import { artifactNames } from "../../components/catalogue/catalogue";
import { measuredRun, type Measured } from "./measured-run";
import type { SimulatedHostAddress } from "./simulation/simulated-hosts";

const name = "scale";

/** What a run makes of the simulated hosts. */
export interface Wanted {
  readonly hosts: readonly SimulatedHostAddress[];
  readonly maxPods: number;
}

/** A stack of its own with the program that registers workers alone, on the file backend. */
export class ScaleStack {
  private readonly home: string;

  /** `folder` is below the repository, so that the program finds its packages. */
  constructor(
    private readonly folder: string,
    private readonly repository: string,
    private readonly tools: readonly string[],
    private readonly ssh: { readonly port: number; readonly hostKey: string },
  ) {
    this.home = join(folder, "pulumi");
  }

  /** Makes a new one in place of what was there. */
  async initialise(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(join(this.home, "state"), { recursive: true });
    const main = join(this.repository, "dist/scale-program.js");
    const plugins = {
      providers: [{ name: "plinth", path: join(this.repository, "dist/provider") }],
    };
    const runtime = { name: "nodejs", options: { typescript: false } };
    const project = { name, main, runtime, options: { refresh: "always" }, plugins };
    this.write("Pulumi.yaml", dump(project));
    this.write("key", utils.generateKeyPairSync("ed25519").private);
    this.write("catalogue.json", JSON.stringify(catalogue()));
    await this.pulumi("stack", "init", name);
  }

  /** `pulumi` with the stack config for what is wanted. */
  run(wanted: Wanted, ...args: readonly string[]): Promise<Measured> {
    this.write(`Pulumi.${name}.yaml`, dump({ config: { "plinth:cluster": this.cluster(wanted) } }));
    return this.pulumi(...args, "--stack", name);
  }

  /** Size of the state in bytes. */
  stateBytes(): number {
    return statSync(join(this.home, `state/.pulumi/stacks/${name}/${name}.json`)).size;
  }

  private pulumi(...args: readonly string[]): Promise<Measured> {
    const env = {
      ...process.env,
      PATH: `${this.tools.join(":")}:${process.env.PATH ?? ""}`,
      PULUMI_HOME: this.home,
      PULUMI_BACKEND_URL: `file://${join(this.home, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "scale",
      PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    return measuredRun("pulumi", args, { cwd: this.folder, env });
  }

  private write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text, { mode: 0o600 });
  }

  private cluster({ hosts, maxPods }: Wanted): object {
    const { port, hostKey } = this.ssh;
    return {
      name,
      kubernetesVersion: "1.36.4",
      hosts: Object.fromEntries(
        hosts.map(({ name: host, listenAddress, address }) => [
          host,
          {
            address: listenAddress,
            internalAddress: address,
            ...(host.startsWith("control")
              ? { roles: ["etcd", "control-plane"], node: false }
              : { roles: ["worker"] }),
          },
        ]),
      ),
      ssh: {
        port,
        privateKeyFile: join(this.folder, "key"),
        knownHostsFile: this.knownHosts(hosts, hostKey),
      },
      artifacts: { catalogueFile: join(this.folder, "catalogue.json") },
      kubelet: { maxPods },
    };
  }

  private knownHosts(hosts: readonly SimulatedHostAddress[], hostKey: string): string {
    const lines = hosts.map(
      ({ listenAddress }) => `[${listenAddress}]:${this.ssh.port} ${hostKey}\n`,
    );
    this.write("known_hosts", lines.join(""));
    return join(this.folder, "known_hosts");
  }
}

/** Addresses that nothing is fetched from: the simulated hosts only note what they would fetch. */
function catalogue(): object {
  const artifact = (artifactName: string) => {
    const download = {
      url: `https://artifacts.example/${artifactName}.tgz`,
      sha256: "0".repeat(64),
    };
    const members = Object.fromEntries((binaries[artifactName] ?? []).map((each) => [each, each]));
    const archive = artifactName in binaries ? { members } : {};
    return { version: "1.36.4", amd64: download, arm64: download, ...archive };
  };
  return { artifacts: Object.fromEntries(artifactNames.map((each) => [each, artifact(each)])) };
}

const binaries: Readonly<Record<string, readonly string[]>> = {
  containerd: ["containerd", "containerd-shim-runc-v2", "ctr"],
  crictl: ["crictl"],
  "cni-plugins": ["bridge", "host-local", "loopback", "portmap"],
  "flannel-cni": ["flannel"],
  etcd: ["etcd", "etcdctl", "etcdutl"],
};

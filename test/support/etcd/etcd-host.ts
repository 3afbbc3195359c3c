import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostCommand } from "../../../provider/api";
import { clientUrl } from "../../../components/etcd/etcd-peers";
import type { HostConfig } from "../../../components/config/model/host-config";
import type { LayerContent } from "../../../components/host/host-layer";
import { finished, type Finished } from "../lab/lab";
import type { TestAuthority } from "./test-authority";

/** Paths on hosts that each of these hosts has for itself. */
const ownPaths = /\/(?=(?:var\/lib\/etcd|etc\/kubernetes|run\/etcd-))/g;

/** A folder and two loopback addresses that stand for a host with etcd: what its layer says runs there, mapped. */
export class EtcdHost {
  private process: ChildProcess | undefined;
  private unit = "";
  /** Whether it is started again when it ends. */
  private wanted = false;
  private supervised: Promise<void> = Promise.resolve();

  /** Where clients reach what runs there now, which may be where it was before its address changed. */
  private served = "";
  /** Addresses that the certificates on it are good for. */
  certified: readonly string[] = [];

  constructor(
    public config: HostConfig,
    private readonly root: string,
    private readonly binaries: string,
    private readonly localAddress: string,
  ) {}

  get name(): string {
    return this.config.name;
  }

  /** A path on the host, where it is on this machine. */
  path(path: string): string {
    return this.mapped(path);
  }

  /** Where clients reach etcd on this host at the moment. */
  get clientUrl(): string {
    return this.runs ? this.served : clientUrl(this.config);
  }

  /** Makes certificates that are good for these addresses; the loopback address is none of its own. */
  certify(authority: TestAuthority, ipAddresses: readonly string[]): void {
    this.certified = ipAddresses;
    const folder = this.path("/etc/kubernetes/pki/etcd");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "ca.crt"), readFileSync(authority.certificate));
    const addresses = ipAddresses.map((address) =>
      address === "127.0.0.1" ? this.localAddress : address,
    );
    for (const leaf of ["server", "peer"]) {
      authority.issue(join(folder, leaf), `${this.name}-${leaf}`, addresses);
    }
  }

  /** Puts the layer's files in place, and remembers its unit. */
  place({ files = {}, directories = {}, units = {} }: LayerContent): void {
    for (const path of Object.keys(directories)) mkdirSync(this.path(path), { recursive: true });
    for (const [path, { content, mode }] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), this.mapped(content), { mode: parseInt(mode, 8) });
    }
    this.unit = this.mapped(units["etcd.service"]?.content ?? "").replaceAll("\\\n", "");
    mkdirSync(join(this.root, "run"), { recursive: true });
  }

  /** Runs a command as the provider does, with its placeholders filled in. */
  run({ command }: HostCommand, host = this.name, state = "here"): Promise<Finished> {
    const [program = "", ...args] = command.map((word) =>
      this.mapped(word.replaceAll("{host}", host).replaceAll("{state}", state)),
    );
    return finished(program, args, { PATH: `${this.binaries}:${process.env.PATH ?? ""}` });
  }

  /** Runs shell commands that name paths on the host; throws where they fail. */
  async shell(text: string): Promise<void> {
    const { status, output } = await this.run({ command: ["sh", "-c", text], deadlineSeconds: 60 });
    if (status !== 0) throw new Error(output);
  }

  /** Starts etcd as its unit says, and again whenever it ends. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.supervised = this.supervise();
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.wanted = false;
    this.process?.kill(signal);
    await this.supervised;
  }

  /** As somebody would who takes the disk out. */
  wipe(): void {
    this.remove("/var/lib/etcd", "/var/lib/etcd-snapshots");
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(this.path(path), { recursive: true, force: true });
  }

  get runs(): boolean {
    return this.process !== undefined;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  log(): string {
    const file = join(this.root, "etcd.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  private async supervise(): Promise<void> {
    const isWanted = (): boolean => this.wanted; // it may be stopped meanwhile
    while (isWanted()) {
      const guard = await finished("sh", ["-c", this.setting("ExecStartPre")]);
      this.note(guard.output);
      if (guard.status === 0 && isWanted()) await this.runOnce();
      if (isWanted()) await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  private runOnce(): Promise<void> {
    const file = this.setting("EnvironmentFile").replace(/^-/, "");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    const env = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    const child = spawn("sh", ["-c", `exec ${this.setting("ExecStart")}`], {
      env: { PATH: process.env.PATH, ...(env as Record<string, string>) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    this.served = /--listen-client-urls=(\S+?),/.exec(this.unit)?.[1] ?? "";
    child.stdout.on("data", (text: Buffer) => this.note(text.toString()));
    child.stderr.on("data", (text: Buffer) => this.note(text.toString()));
    void this.afterStart(child);
    return new Promise((resolve) =>
      child.once("exit", () => {
        this.process = undefined;
        resolve();
      }),
    );
  }

  /** What systemd does once the service says that it is up. */
  private async afterStart(child: ChildProcess): Promise<void> {
    const clients = this.served;
    while (child.exitCode === null && child.signalCode === null) {
      const { status } = await finished("curl", ["-sk", "--max-time", "2", clients]);
      // refused: nobody listens there before etcd is up
      if (status !== 7) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (child.exitCode === null) {
      await finished("sh", ["-c", this.setting("ExecStartPost").replace("-+", "")]);
    }
  }

  private note(text: string): void {
    writeFileSync(join(this.root, "etcd.log"), text, { flag: "a" });
  }

  private setting(name: string): string {
    return new RegExp(`^${name}=(.*)$`, "m").exec(this.unit)?.[1] ?? "";
  }

  private mapped(text: string): string {
    return text
      .replaceAll(ownPaths, `${this.root}/`)
      .replaceAll("/usr/local/bin/", `${this.binaries}/`)
      .replaceAll("//127.0.0.1:", `//${this.localAddress}:`);
  }
}

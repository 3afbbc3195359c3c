import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { SurveyResult } from "../../../provider/survey-api";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import type { HostConfig } from "../../../components/config/model/host-config";
import { etcdMemberContent } from "../../../components/etcd/etcd-member";
import { etcdRollout } from "../../../components/etcd/member-commands";
import type { EtcdMembership, FirstStart } from "../../../components/operations/etcd-membership";
import type { FormerAddresses } from "../../../components/pki/former-addresses";
import { hostIdentities } from "../../../components/pki/identities";
import {
  etcdQuestions,
  surveyedFormerAddresses,
  surveyedMembership,
} from "../../../components/survey/etcd-members";
import { clusterFixture } from "../fakes/cluster-fixture";
import { fakeCatalogue } from "../fakes/fake-catalogue";
import { hostFacts } from "../fakes/host-facts";
import { eventually, finished, type Finished } from "../lab/lab";
import { EtcdHost } from "./etcd-host";
import { TestAuthority } from "./test-authority";

/** What a run did to the members, in order, such as `join e2`. */
export type Journal = readonly string[];

/**
 * Hosts e1, e2 … with real processes of etcd over TLS, and runs of the program against them: the same
 * decisions, scripts and unit settings as on hosts, carried out in the provider's order.
 */
export class EtcdHosts {
  readonly hosts: ReadonlyMap<string, EtcdHost>;
  /** Hosts that have what is made after etcd. */
  readonly layers = new Map<string, readonly string[]>();
  private readonly folder = mkdtempSync(
    join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "etcd-"),
  );
  private readonly base = clusterFixture("own-etcd").config;
  private readonly authority: TestAuthority;
  /** Addresses that a machine has, by the name of its host. */
  private readonly present = new Map<string, readonly string[]>();

  constructor(count: number) {
    const [example] = this.base.hosts;
    const names = Array.from({ length: count }, (_, at) => `e${at + 1}`);
    const hosts = names.map((name, at): HostConfig => ({
      ...example!,
      name,
      roles: ["etcd"],
      internalAddress: `127.77.0.${at + 1}`,
    }));
    this.authority = new TestAuthority(this.folder);
    this.hosts = new Map(
      hosts.map((host, at) => {
        const root = join(this.folder, host.name);
        mkdirSync(root);
        const made = new EtcdHost(host, root, binaries, `127.78.0.${at + 1}`);
        made.certify(this.authority, certifiedAddresses({ ...this.base, hosts }, host, []));
        this.present.set(host.name, [host.internalAddress]);
        return [host.name, made];
      }),
    );
  }

  host(name: string): EtcdHost {
    const found = this.hosts.get(name);
    if (found === undefined) throw new Error(`no host ${name}`);
    return found;
  }

  /** Gives a host another address in the stack config; its machine has it, and loses the former one or not. */
  readdress(name: string, address: string, former: "kept" | "gone" = "kept"): void {
    const host = this.host(name);
    host.config = { ...host.config, internalAddress: address };
    const kept = former === "kept" ? (this.present.get(name) ?? []) : [];
    this.present.set(name, [address, ...kept.filter((each) => each !== address)]);
  }

  /** What an `up` does whose stack config has these members. */
  async up(wanted: string, change: Partial<Run> = {}): Promise<Journal> {
    const run: Run = { lost: [], others: "", etcd: {}, deadlineSeconds: 60, ...change };
    const chosen = this.configOf(wanted);
    const config = { ...chosen, etcd: { ...chosen.etcd, ...run.etcd } };
    const names = config.hosts.map(({ name }) => name);
    const others = this.configOf(run.others).hosts.map((host) => ({ ...host, roles: [] }));
    const { membership, former } = await this.decided({
      ...config,
      hosts: [...config.hosts, ...others],
    });
    const journal: string[] = [];
    const moving = membership.moves.map(({ host }) => host);
    const members = names
      .filter((name) => !moving.includes(name) && (run.made?.includes(name) ?? true))
      .map((name) => ({ host: this.host(name), start: membership.starts.get(name) }));
    for (const { host } of members) {
      if (this.certify(host, config, former)) journal.push(`certificate ${host.name}`);
      host.place(this.content(host, config));
    }
    const apply = async (host: EtcdHost, start: FirstStart | undefined) => {
      const { prepare } = this.rollout(host, config, membership);
      if (host.runs && start === undefined) return;
      if (prepare !== undefined) succeeded(await host.run(prepare));
      host.start();
      await this.ready(host, config, run.deadlineSeconds);
      journal.push(`${start ?? "start"} ${host.name}`);
    };
    const together = members.filter(({ start }) => start === undefined || start === "found");
    await Promise.all(together.map(({ host, start }) => apply(host, start)));
    for (const { host, start } of members) {
      if (start === undefined || start === "found") continue;
      await this.helped(config, membership, host.name, "beforeJoin", run);
      await apply(host, start);
    }
    await this.inTurns(moving, config, membership, async (host) => {
      await this.helped(config, membership, host.name, "beforeJoin", run);
      this.certify(host, config, former);
      host.place(this.content(host, config));
      const { prepare } = this.rollout(host, config, membership);
      if (run.untold !== true) succeeded(await host.run(prepare!));
      await host.stop();
      host.start();
      await this.ready(host, config, run.deadlineSeconds);
      journal.push(`move ${host.name}`);
    });
    for (const { host, action } of membership.steps) {
      if (action !== "leave") continue;
      await this.helped(config, membership, host, "beforeRemoval", run);
      journal.push(`leave ${host}`);
      await this.host(host).stop();
      this.host(host).wipe();
      this.host(host).remove("/etc/kubernetes/etcd");
    }
    return journal;
  }

  /** Puts new certificates onto a host. */
  renew(name: string): void {
    this.host(name).certify(this.authority, this.host(name).certified);
  }

  /** Names of the hosts on which etcd runs. */
  get running(): readonly string[] {
    return [...this.hosts.values()].filter(({ runs }) => runs).map(({ name }) => name);
  }

  /** Has one host do what it does for another one. */
  help(
    helper: string,
    hook: "beforeJoin" | "beforeRemoval",
    name: string,
    wanted: string,
    state = "here",
  ): Promise<Finished> {
    const rollout = this.rollout(this.host(helper), this.configOf(wanted), nothing);
    return this.host(helper).run(rollout.help!.etcd![hook]!, name, state);
  }

  /** A program of etcd's. */
  binary(name: string): string {
    return join(binaries, name);
  }

  /** What the gate of a host's changes says. */
  gate(name: string, wanted: string): Promise<Finished> {
    const config = this.configOf(wanted);
    const { gate } = this.rollout(this.host(name), config, nothing);
    return this.host(name).run(gate!);
  }

  /** etcdctl with the rights and the endpoint of one host. */
  async etcdctl(name: string, ...args: readonly string[]): Promise<string> {
    const host = this.host(name);
    const folder = host.path("/etc/kubernetes/pki/etcd");
    const result = await finished(join(binaries, "etcdctl"), [
      `--endpoints=${host.clientUrl}`,
      `--cacert=${folder}/ca.crt`,
      `--cert=${folder}/server.crt`,
      `--key=${folder}/server.key`,
      ...args,
    ]);
    return succeeded(result).stdout.trim();
  }

  /** Names of the members that count, as one of them lists them. */
  async voters(name: string): Promise<string> {
    const lines = (await this.etcdctl(name, "member", "list")).split("\n");
    const voting = lines.map((line) => line.split(", ")).filter((fields) => fields[5] === "false");
    return voting
      .map(([, , each]) => each)
      .sort()
      .join(" ");
  }

  async remove(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.stop("SIGKILL")));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private configOf(wanted: string): ClusterConfig {
    const names = wanted.split(" ");
    const hosts = [...this.hosts.values()].map(({ config }) => config);
    return { ...this.base, hosts: hosts.filter(({ name }) => names.includes(name)) };
  }

  private async decided(config: ClusterConfig) {
    const survey = await this.survey(config);
    return {
      membership: surveyedMembership(config, survey),
      former: surveyedFormerAddresses(config, survey),
    };
  }

  /** Whether a host needed other certificates, and has them now. */
  private certify(host: EtcdHost, config: ClusterConfig, former: FormerAddresses): boolean {
    const wanted = certifiedAddresses(config, host.config, former.get(host.name) ?? []);
    if (wanted.join() === host.certified.join()) return false;
    host.certify(this.authority, wanted);
    return true;
  }

  /** Changes hosts one at a time, each when the others can spare it. */
  private async inTurns(
    names: readonly string[],
    config: ClusterConfig,
    membership: EtcdMembership,
    change: (host: EtcdHost) => Promise<void>,
  ): Promise<void> {
    const waiting = new Set([...names].sort());
    while (waiting.size > 0) {
      const refusals: string[] = [];
      const spared = await firstOf(waiting, async (name) => {
        const host = this.host(name);
        const { gate } = this.rollout(host, config, membership);
        const { status, output } = await host.run(gate!);
        if (host.runs && status !== 0) refusals.push(output);
        return !host.runs || status === 0;
      });
      if (spared === undefined) throw new Error(refusals.join("\n"));
      await change(this.host(spared));
      waiting.delete(spared);
    }
  }

  private async survey(config: ClusterConfig): Promise<SurveyResult> {
    const { probes, texts: askedTexts } = etcdQuestions(config);
    const entries = config.hosts.map(async ({ name, internalAddress }) => {
      const host = this.host(name);
      const { status, stdout } = await host.run(probes.etcd!);
      const texts = askedTexts.flatMap((path) =>
        existsSync(host.path(path)) ? [[path, readFileSync(host.path(path), "utf8")]] : [],
      );
      const present = (this.present.get(name) ?? []).map((address) => `${address}/24`);
      const facts = hostFacts(name, internalAddress, {
        addresses: { lo: ["127.0.0.1/8"], eth0: present },
        texts: Object.fromEntries(texts) as Record<string, string>,
        probes: { etcd: { status, output: stdout } },
        layers: this.layers.get(name) ?? [],
      });
      return [name, { facts }] as const;
    });
    return { hosts: Object.fromEntries(await Promise.all(entries)) };
  }

  private content(host: EtcdHost, config: ClusterConfig) {
    return etcdMemberContent({
      clusterName: config.name,
      host: host.config,
      members: config.hosts,
      etcd: config.etcd,
      metricsAddress: "127.0.0.1",
      sources: { catalogue: fakeCatalogue, architecture: "amd64" },
    });
  }

  private rollout(host: EtcdHost, config: ClusterConfig, membership: EtcdMembership) {
    const { hosts: members, etcd } = config;
    return etcdRollout({ host: host.config, members, etcd, membership, held: undefined });
  }

  /** Waits until the layer counts as applied. */
  private async ready(
    host: EtcdHost,
    config: ClusterConfig,
    deadlineSeconds: number,
  ): Promise<void> {
    const [check] = this.content(host, config).ready ?? [];
    if (check?.kind !== "command") throw new Error("etcd's check is no command");
    await eventually(`${host.name} is ready`, deadlineSeconds, async () => {
      const { status, output } = await host.run(check);
      if (status === 0) return true;
      throw new Error(output);
    });
  }

  /** Asks the hosts that help, in the order of their names, until one is able. */
  private async helped(
    config: ClusterConfig,
    membership: EtcdMembership,
    name: string,
    hook: "beforeJoin" | "beforeRemoval",
    { lost }: Run,
  ): Promise<void> {
    const outputs: string[] = [];
    for (const each of config.hosts.filter((host) => host.name !== name)) {
      const helper = this.host(each.name);
      const command = this.rollout(helper, config, membership).help?.etcd?.[hook];
      if (command === undefined) continue;
      const result = await helper.run(command, name, lost.includes(name) ? "lost" : "here");
      if (result.status === 0) return;
      outputs.push(`${each.name}: ${result.output.trim()}`);
      if (result.status !== 11) break;
    }
    if (outputs.length > 0) throw new Error(outputs.join("\n"));
  }
}

/** What is special about a run. */
interface Run {
  /** For each member to be ready. */
  readonly deadlineSeconds: number;
  /** Names of the only hosts that anything is done on before the run is cut off. */
  readonly made?: readonly string[];
  /** Members that move are started where they are to be without the others' being told. */
  readonly untold?: boolean;
  readonly lost: readonly string[];
  /** Names of hosts that the stack config has with other roles. */
  readonly others: string;
  readonly etcd: Partial<ClusterConfig["etcd"]>;
}

const nothing: EtcdMembership = {
  starts: new Map(),
  founders: [],
  leaving: [],
  steps: [],
  moves: [],
};

async function firstOf(
  names: Iterable<string>,
  fits: (name: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const name of names) if (await fits(name)) return name;
  return undefined;
}

function certifiedAddresses(
  config: ClusterConfig,
  host: HostConfig,
  former: readonly string[],
): readonly string[] {
  const [identity] = hostIdentities(config, host, former);
  return identity?.ipAddresses ?? [];
}

/** etcd as the lab's hosts have it. */
const binaries = newestEtcd();

function newestEtcd(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "plinth/toolchain");
  const [newest] = readdirSync(cache)
    .filter((name) => name.startsWith("etcd-3"))
    .sort()
    .reverse();
  return join(cache, newest!);
}

function succeeded(result: Finished): Finished {
  if (result.status !== 0) throw new Error(result.output);
  return result;
}

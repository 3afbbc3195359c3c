import type { HostFile } from "../../provider/api";
import type { EtcdConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { type BinarySources, catalogueBinaries } from "../host/catalogue-binaries";
import { privateDirectory, publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import {
  execStart,
  hardenedService,
  restartsForever,
  systemdUnit,
} from "../host/init/systemd-unit";
import { paths } from "../host/paths";
import { hostPort } from "../network/addresses";
import { ports } from "../network/ports";

const pki = paths.etcdPki;
/** Every member of the stack config, as etcd reads it at its first start. */
export const membersFile = `${paths.etcdSettings}/members.env`;
// plain HTTP on the loopback address: health and metrics without a client certificate
const healthUrl = `http://127.0.0.1:${ports.etcdMetrics.port}`;

export interface EtcdMember {
  readonly clusterName: string;
  readonly host: HostConfig;
  /** All members, this one included. */
  readonly members: readonly HostConfig[];
  readonly etcd: EtcdConfig;
  /** Where metrics are served, beside the loopback address. */
  readonly metricsAddress: string;
  /** Joins a cluster that exists: a host that lost its data must never found a second one. */
  readonly joins: boolean;
  readonly sources: BinarySources;
}

/** What an etcd member is on its host, without its certificates. */
export function etcdMemberContent(member: EtcdMember): LayerContent {
  return {
    users: { etcd: { home: paths.etcdData, groups: [] } },
    directories: {
      [paths.kubernetes]: publicDirectory,
      [paths.pki]: publicDirectory,
      [pki]: publicDirectory,
      [paths.etcdSettings]: publicDirectory,
      [paths.etcdData]: privateDirectory("etcd"),
    },
    files: firstStartFiles(member),
    binaries: catalogueBinaries(member.sources, "etcd", ["etcd", "etcdctl", "etcdutl"]),
    units: {
      [unitNames.etcd]: {
        content: etcdUnit(member),
        enabled: true,
        running: true,
        restartOn: [
          `${paths.binaries}/etcd`,
          ...["ca.crt", "server.crt", "server.key", "peer.crt", "peer.key"].map(
            (file) => `${pki}/${file}`,
          ),
        ],
        reloadOn: [],
      },
    },
    ready: [
      {
        kind: "command",
        // also waits for the quorum: all members start together and each answers only with a leader
        command: ["curl", "-sf", "--max-time", "2", "-o", "/dev/null", `${healthUrl}/readyz`],
        deadlineSeconds: 120,
      },
    ],
    dataDirectories: [paths.etcdData],
  };
}

/** What etcd reads at its first start only: no change of these files is worth a restart. */
function firstStartFiles({ members, joins }: EtcdMember): Readonly<Record<string, HostFile>> {
  const cluster = members
    .map((each) => `${each.name}=${etcdUrl(each, ports.etcdPeer.port)}`)
    .join(",");
  const file = (content: string): HostFile => ({ content, mode: "0644", owner: "root:root" });
  return {
    [membersFile]: file(`ETCD_INITIAL_CLUSTER=${cluster}\n`),
    ...(joins ? { [paths.etcdJoinFile]: file("ETCD_INITIAL_CLUSTER_STATE=existing\n") } : {}),
  };
}

/** Names of the members in the text of `membersFile`. */
export function recordedMembers(text: string): readonly string[] {
  const [, members = ""] = /^ETCD_INITIAL_CLUSTER=(.*)$/m.exec(text) ?? [];
  return members.split(",").flatMap((member) => /^([^=]+)=/.exec(member)?.[1] ?? []);
}

/** Has a member count all members; it answers only with a quorum behind it. */
export const memberListCommand: readonly string[] = [
  `${paths.binaries}/etcdctl`,
  `--endpoints=https://127.0.0.1:${ports.etcdClient.port}`,
  `--cacert=${pki}/ca.crt`,
  `--cert=${pki}/server.crt`,
  `--key=${pki}/server.key`,
  // ids as numbers lose digits in JavaScript
  ...["member", "list", "-w", "json", "--hex"],
];

/** `https://<address>:2379` of every member, as the API server's `--etcd-servers` wants them. */
export function etcdClientUrls(members: readonly HostConfig[]): readonly string[] {
  return members.map((member) => etcdUrl(member, ports.etcdClient.port));
}

function etcdUrl(member: HostConfig, port: number): string {
  return `https://${hostPort(member.internalAddress, port)}`;
}

/** https://etcd.io/docs/v3.6/op-guide/configuration/ */
function etcdUnit(member: EtcdMember): string {
  return systemdUnit({
    Unit: {
      Description: "etcd",
      ...restartsForever,
      Documentation: "https://etcd.io/docs/",
      Wants: "network-online.target",
      After: "network-online.target",
    },
    Service: {
      Type: "notify",
      User: "etcd",
      EnvironmentFile: [membersFile, `-${paths.etcdJoinFile}`],
      ExecStart: execStart(`${paths.binaries}/etcd`, etcdArgs(member)),
      Restart: "always",
      RestartSec: "2",
      // joining waits for the other members, which may come much later
      TimeoutStartSec: "infinity",
      LimitNOFILE: 65536,
      ...hardenedService,
      ReadWritePaths: paths.etcdData,
    },
    Install: { WantedBy: "multi-user.target" },
  });
}

/**
 * Over TLS, whoever reads metrics would need a client certificate of etcd's authority, and etcd gives
 * every holder of one all rights. Plain HTTP at an address of its own gives no more than metrics
 * and health: they hold no key and no value of the database.
 */
function metricsUrls({ metricsAddress }: EtcdMember): string {
  const url = `http://${hostPort(metricsAddress, ports.etcdMetrics.port)}`;
  return url === healthUrl ? url : `${healthUrl},${url}`;
}

function etcdArgs(member: EtcdMember): Readonly<Record<string, string>> {
  const { host, etcd } = member;
  const clientUrl = etcdUrl(host, ports.etcdClient.port);
  const peerUrl = etcdUrl(host, ports.etcdPeer.port);
  return {
    name: host.name,
    "data-dir": paths.etcdData,
    "listen-client-urls": `${clientUrl},https://127.0.0.1:${ports.etcdClient.port}`,
    "advertise-client-urls": clientUrl,
    "listen-peer-urls": peerUrl,
    "initial-advertise-peer-urls": peerUrl,
    "initial-cluster-token": member.clusterName,
    "listen-metrics-urls": metricsUrls(member),
    "client-cert-auth": "true",
    "trusted-ca-file": `${pki}/ca.crt`,
    "cert-file": `${pki}/server.crt`,
    "key-file": `${pki}/server.key`,
    "peer-client-cert-auth": "true",
    "peer-trusted-ca-file": `${pki}/ca.crt`,
    "peer-cert-file": `${pki}/peer.crt`,
    "peer-key-file": `${pki}/peer.key`,
    "tls-min-version": "TLS1.2",
    "feature-gates": "InitialCorruptCheck=true",
    "watch-progress-notify-interval": "5s",
    "quota-backend-bytes": String(etcd.quotaBackendBytes),
    "snapshot-count": String(etcd.snapshotCount),
    "heartbeat-interval": String(etcd.heartbeatIntervalMs),
    "election-timeout": String(etcd.electionTimeoutMs),
    ...etcd.extraArgs,
  };
}

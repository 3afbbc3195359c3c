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
import {
  clientUrl,
  etcdClientUrls,
  etcdPeers,
  initialCluster,
  localClientUrl,
  localHealthUrl,
  peerUrl,
} from "./etcd-peers";
import ready from "./scripts/ready.sh";

const pki = paths.etcdPki;
/** Every member of the stack config: what the run that wrote it wanted, read by nobody but the next one. */
export const membersFile = `${paths.etcdSettings}/members.env`;
/** The members as this one began with them, where it founded the cluster. */
export const foundersFile = `${paths.etcdData}/founders.env`;
const readyScript = `${paths.etcdSettings}/ready`;

/** What a member and those who speak with it have on its host. */
export const certificates = {
  ca: `${pki}/ca.crt`,
  server: `${pki}/server.crt`,
  serverKey: `${pki}/server.key`,
} as const;

export interface EtcdMember {
  readonly clusterName: string;
  readonly host: HostConfig;
  /** All members, this one included. */
  readonly members: readonly HostConfig[];
  readonly etcd: EtcdConfig;
  /** Where metrics are served, beside the loopback address. */
  readonly metricsAddress: string;
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
      [paths.etcdSnapshots]: privateDirectory("root"),
    },
    files: memberFiles(member),
    binaries: catalogueBinaries(member.sources, "etcd", ["etcd", "etcdctl", "etcdutl"]),
    units: {
      [unitNames.etcd]: {
        content: etcdUnit(member),
        enabled: true,
        running: true,
        // the other certificates are read at each handshake
        restartOn: [`${paths.binaries}/etcd`, certificates.ca],
        reloadOn: [],
      },
    },
    ready: [
      {
        kind: "command",
        // also waits for the quorum: all members start together and each answers only with a leader
        command: [readyScript, localHealthUrl, clientUrl(member.host), peerUrl(member.host)],
        deadlineSeconds: 120,
      },
    ],
    dataDirectories: [paths.etcdData, paths.etcdSnapshots],
  };
}

/** What no change of is worth a restart. */
function memberFiles({ members }: EtcdMember): Readonly<Record<string, HostFile>> {
  const file = (content: string, mode = "0644"): HostFile => ({
    content,
    mode,
    owner: "root:root",
  });
  return {
    [membersFile]: file(`ETCD_INITIAL_CLUSTER=${initialCluster(etcdPeers(members))}\n`),
    [`${paths.etcdSettings}/etcdctl.env`]: file(etcdctlSettings(members)),
    [readyScript]: file(ready, "0755"),
  };
}

/** For people, too: `set -a; . etcdctl.env; etcdctl member list`. */
function etcdctlSettings(members: readonly HostConfig[]): string {
  const settings = {
    ETCDCTL_ENDPOINTS: etcdClientUrls(members).join(),
    ETCDCTL_CACERT: certificates.ca,
    ETCDCTL_CERT: certificates.server,
    ETCDCTL_KEY: certificates.serverKey,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/** Present on a member from its first start on: what it has promised to others is in there. */
export function walDirectory({ extraArgs }: EtcdConfig): string {
  const data = extraArgs["data-dir"] ?? paths.etcdData;
  return extraArgs["wal-dir"] ?? `${data}/member/wal`;
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
      EnvironmentFile: `-${paths.etcdFirstStart}`,
      ExecStartPre: dataGuard(member.etcd),
      ExecStart: execStart(`${paths.binaries}/etcd`, etcdArgs(member)),
      ExecStartPost: `-+/bin/rm -f ${paths.etcdFirstStart}`,
      Restart: "always",
      RestartSec: "2",
      // so it ends where the others have removed it, and a run can have it join anew
      RestartPreventExitStatus: "0",
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
 * Without its data, a member would found a cluster of its own, or come back under its old id without
 * what it has promised under it. So only a run lets one begin, once.
 */
function dataGuard(etcd: EtcdConfig): string {
  const wal = walDirectory(etcd);
  const text = `there is no data in ${wal}: only a run of Plinth lets etcd begin without, and it says as what`;
  const check = `test -e ${wal} || test -e ${paths.etcdFirstStart}`;
  return `/bin/sh -c '${check} || { echo "${text}" >&2; exit 1; }'`;
}

/**
 * Over TLS, whoever reads metrics would need a client certificate of etcd's authority, and etcd gives
 * every holder of one all rights. Plain HTTP at an address of its own gives no more than metrics
 * and health: they hold no key and no value of the database.
 */
function metricsUrls({ metricsAddress }: EtcdMember): string {
  const url = `http://${hostPort(metricsAddress, ports.etcdMetrics.port)}`;
  return url === localHealthUrl ? url : `${localHealthUrl},${url}`;
}

function etcdArgs(member: EtcdMember): Readonly<Record<string, string>> {
  const { host, etcd } = member;
  return {
    name: host.name,
    "data-dir": paths.etcdData,
    "listen-client-urls": `${clientUrl(host)},${localClientUrl}`,
    "advertise-client-urls": clientUrl(host),
    "listen-peer-urls": peerUrl(host),
    "initial-advertise-peer-urls": peerUrl(host),
    "initial-cluster-token": member.clusterName,
    "listen-metrics-urls": metricsUrls(member),
    "client-cert-auth": "true",
    "trusted-ca-file": certificates.ca,
    "cert-file": certificates.server,
    "key-file": certificates.serverKey,
    "peer-client-cert-auth": "true",
    "peer-trusted-ca-file": certificates.ca,
    "peer-cert-file": `${pki}/peer.crt`,
    "peer-key-file": `${pki}/peer.key`,
    // the kernel chooses from which of its host's addresses a member dials, and while members move that may
    // be one that it is not known by. Whoever has a certificate has all rights anyway, from anywhere
    "peer-skip-client-san-verification": "true",
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

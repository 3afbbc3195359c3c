import type { HostCommand, Rollout } from "../../provider/api";
import type { EtcdConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { paths } from "../host/paths";
import type { EtcdMembership, FirstStart } from "../operations/etcd-membership";
import type { MemberMove } from "../operations/etcd-moves";
import { certificates, foundersFile, walDirectory } from "./etcd-member";
import {
  clientUrl,
  clientUrlOf,
  etcdClientUrls,
  etcdPeers,
  initialCluster,
  localClientUrl,
  localHealthUrl,
  peerUrl,
} from "./etcd-peers";
import gate from "./scripts/gate.sh";
import leave from "./scripts/leave.sh";
import look from "./scripts/look.sh";
import common from "./scripts/members.sh";
import move from "./scripts/move.sh";
import prepare from "./scripts/prepare.sh";
import snapshot from "./scripts/snapshot.sh";
import snapshots from "./scripts/snapshots.sh";

/** Of a database of gigabytes a snapshot takes minutes. */
const snapshotDeadlineSeconds = 600;

/** The member on one host, for commands about it. */
export interface CommandedMember {
  readonly host: HostConfig;
  /** All members of the stack config, this one included. */
  readonly members: readonly HostConfig[];
  readonly etcd: EtcdConfig;
  readonly membership: EtcdMembership;
  /** Why none of them is changed in this run. */
  readonly held: string | undefined;
}

/** How a member's changes take turns with the others', and what it does for one that comes or goes. */
export function etcdRollout(member: CommandedMember): Rollout {
  const { host, held } = member;
  const prepare = prepareOf(member);
  return {
    group: "etcd",
    maxUnavailable: 1,
    ...(held === undefined ? {} : { held }),
    gate: gateCommand(member),
    ...(prepare === undefined ? {} : { prepare }),
    help: {
      etcd: {
        // a host that is about to join has nothing yet
        ...(isMember(member, host) && { beforeJoin: snapshotCommand(member) }),
        beforeRemoval: leaveCommand(member),
      },
    },
  };
}

/** Whether there is a member on the host that simply starts. */
function isMember({ membership }: CommandedMember, { name }: HostConfig): boolean {
  return !membership.starts.has(name);
}

/** What comes before the member's start in this run, where that is no ordinary one. */
function prepareOf(member: CommandedMember): Rollout["prepare"] {
  const { host, membership } = member;
  const start = membership.starts.get(host.name);
  if (start !== undefined) return { ...startCommand(member, start), inTurn: start !== "found" };
  const moves = membership.moves.some((each) => each.host === host.name);
  return moves ? { ...moveCommand(member), inTurn: true } : undefined;
}

/** Has any host say what etcd on it knows; see `memberLook`. */
export function lookCommand(members: readonly HostConfig[], etcd: EtcdConfig): HostCommand {
  const settings = {
    ...dataSettings(etcd),
    ENDPOINTS: localClientUrl,
    METRICS_URL: localHealthUrl,
    MEMBERS: initialCluster(etcdPeers(members)),
  };
  return { command: script("etcd-look", settings, [common, look]), deadlineSeconds: 20 };
}

function gateCommand(member: CommandedMember): HostCommand {
  const settings = { ENDPOINTS: everyClientUrl(member).join() };
  const command = script("etcd-gate", settings, [common, gate], member.host.name);
  return { command, deadlineSeconds: 40 };
}

function startCommand(member: CommandedMember, start: FirstStart): HostCommand {
  const { etcd, members, membership } = member;
  // where all members leave, nobody stays to take the snapshot
  const takesSnapshot = start !== "found" && !members.some((each) => isMember(member, each));
  const settings = {
    ...selfSettings(member),
    ...dataSettings(etcd),
    SNAPSHOTS: takesSnapshot ? paths.etcdSnapshots : "",
    START: start,
    FOUNDERS: initialCluster(membership.founders),
    FOUNDERS_FILE: foundersFile,
    FIRST_START: paths.etcdFirstStart,
    LEAVING: initialCluster(membership.leaving),
  };
  const command = script("etcd-prepare", settings, [common, snapshots, prepare]);
  // the others may have to find a leader first, and may refuse for some seconds
  return { command, deadlineSeconds: 120 + (takesSnapshot ? snapshotDeadlineSeconds : 0) };
}

function moveCommand(member: CommandedMember): HostCommand {
  const command = script("etcd-move", selfSettings(member), [common, move]);
  return { command, deadlineSeconds: 120 };
}

/** Of a command by which a member changes what the others know of it. */
function selfSettings(member: CommandedMember): Readonly<Record<string, string>> {
  const { host, members, membership } = member;
  const own = membership.moves.filter((each) => each.host === host.name).map(formerClientUrl);
  const others = everyClientUrl(member).filter((url) => ![clientUrl(host), ...own].includes(url));
  // the only member that moves tells itself
  const isAlone = members.length === 1 && own.length > 0;
  return {
    ENDPOINTS: isAlone ? localClientUrl : others.join(),
    NAME: host.name,
    PEER_URL: peerUrl(host),
  };
}

function snapshotCommand(member: CommandedMember): HostCommand {
  const parts = [common, snapshots, snapshot];
  const moving = member.membership.moves.map(({ host }) => host).join();
  const settings = { ...helperSettings(member), MOVING: moving };
  const command = script("etcd-snapshot", settings, parts, "{host}");
  return { command, deadlineSeconds: snapshotDeadlineSeconds };
}

function leaveCommand(member: CommandedMember): HostCommand {
  const { membership } = member;
  const settings = { ...helperSettings(member), LEAVING: initialCluster(membership.leaving) };
  const command = script("etcd-leave", settings, [common, snapshots, leave], "{host}", "{state}");
  return { command, deadlineSeconds: snapshotDeadlineSeconds };
}

/** Of a command that is run for the sake of another host: only the member that is there is asked. */
function helperSettings({ host, etcd }: CommandedMember): Readonly<Record<string, string>> {
  return {
    ...dataSettings(etcd),
    ENDPOINTS: localClientUrl,
    NAME: host.name,
    SNAPSHOTS: paths.etcdSnapshots,
  };
}

function dataSettings(etcd: EtcdConfig): Readonly<Record<string, string>> {
  return { DATA: paths.etcdData, WAL: walDirectory(etcd) };
}

/** Of all members that are wanted, where they move also at their former addresses, and of those that are on their way out. */
function everyClientUrl({ members, membership }: CommandedMember): readonly string[] {
  const { leaving, moves } = membership;
  const urls = [
    ...etcdClientUrls(members),
    ...moves.map(formerClientUrl),
    ...leaving.map(clientUrlOf),
  ];
  return [...new Set(urls)];
}

function formerClientUrl({ from }: MemberMove): string {
  return clientUrlOf({ url: from });
}

/** A command line for scripts that are one program together, with settings as its environment. */
function script(
  name: string,
  settings: Readonly<Record<string, string>>,
  parts: readonly string[],
  ...args: readonly string[]
): readonly string[] {
  const environment = {
    ETCDCTL_CACERT: certificates.ca,
    ETCDCTL_CERT: certificates.server,
    ETCDCTL_KEY: certificates.serverKey,
    ...settings,
  };
  const assignments = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  return ["env", ...assignments, "sh", "-c", parts.join("\n"), name, ...args];
}

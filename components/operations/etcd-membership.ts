import {
  holders,
  leavingPeers,
  listedMembers,
  quorumOf,
  type EtcdGroup,
  type ListedMember,
  type Peer,
} from "./etcd-group";
import { memberMoves, type MemberMove } from "./etcd-moves";

/**
 * How etcd begins on a host: with others that have no data either (`found`), as a member that the others
 * take in (`join`), or so although it has data, as it is no member any more (`rejoin`).
 */
export type FirstStart = "found" | "join" | "rejoin";

/** One change of etcd's members: they are changed one at a time, and always some that answer stay a quorum. */
export interface MemberStep {
  readonly host: string;
  /** `replace`: the host's old member, which is gone, goes before the new one comes. */
  readonly action: "join" | "replace" | "leave";
  /** Members that count for the quorum, before and after it. */
  readonly before: number;
  readonly after: number;
  /** Members that answer, after it. */
  readonly healthy: number;
}

/** What a run does about etcd's members. */
export interface EtcdMembership {
  /** By host; those with data of the cluster simply start. */
  readonly starts: ReadonlyMap<string, FirstStart>;
  /** All members as those begin that found the cluster; they must agree on them. */
  readonly founders: readonly Peer[];
  /** Members that the stack config names no longer. */
  readonly leaving: readonly Peer[];
  /** In their order; none where etcd is founded. */
  readonly steps: readonly MemberStep[];
  /** Members whose address changes, in their order; never in one run with `steps`. */
  readonly moves: readonly MemberMove[];
}

/** See `EtcdMembership`; of a group that `membershipRefusal` lets pass. */
export function etcdMembership(group: EtcdGroup): EtcdMembership {
  const listed = listedMembers(group);
  const founders = foundingMembers(group);
  const starts = group.wanted.flatMap((peer): readonly (readonly [string, FirstStart])[] => {
    const start = firstStart(group, peer, founders, listed);
    return start === undefined ? [] : [[peer.name, start]];
  });
  return {
    starts: new Map(starts),
    founders,
    leaving: leavingPeers(group),
    steps: listed === undefined ? [] : memberSteps(group, listed),
    moves: memberMoves(group),
  };
}

function firstStart(
  { looks }: EtcdGroup,
  peer: Peer,
  founders: readonly Peer[],
  listed: readonly ListedMember[] | undefined,
): FirstStart | undefined {
  const look = looks.get(peer.name);
  if (look === undefined) return undefined;
  if (look.data)
    return listed?.some((member) => isSame(member, peer)) === false ? "rejoin" : undefined;
  return founders.some(({ name, url }) => name === peer.name && url === peer.url)
    ? "found"
    : "join";
}

/** All members of a cluster that is founded, or whose founding was cut off before anything was written. */
function foundingMembers(group: EtcdGroup): readonly Peer[] {
  if (isHalfMade(group)) return group.founders;
  return listedMembers(group) === undefined && holders(group).length === 0 ? group.wanted : [];
}

/** Some members were made, but never had a quorum: nothing is lost if the others still found it with them. */
export function isHalfMade(group: EtcdGroup): boolean {
  const made = [...group.looks.values()].filter(({ data }) => data);
  return (
    listedMembers(group) === undefined &&
    !group.used &&
    group.hidden.length === 0 &&
    made.length > 0 &&
    made.every(({ revision }) => revision !== undefined && revision <= 1)
  );
}

/** The one in this one's place. */
function isSame(member: Peer, { name, url }: Peer): boolean {
  return member.name === name || member.url === url;
}

/** Those that leave and are dead go first, as etcd takes nobody in without a quorum; the living stay until the new ones are there. */
export function memberSteps(
  group: EtcdGroup,
  listed: readonly ListedMember[],
): readonly MemberStep[] {
  const count = { voters: 0, healthy: 0 };
  const add = (members: readonly ListedMember[], by: 1 | -1) => {
    const voting = members.filter(({ learner }) => !learner);
    count.voters += by * voting.length;
    count.healthy += by * voting.filter(({ healthy }) => healthy).length;
  };
  add(listed, 1);
  const leave = ({ name, members }: LeavingHost): MemberStep => {
    const before = count.voters;
    add(members, -1);
    return { host: name, action: "leave", before, after: count.voters, healthy: count.healthy };
  };
  const join = (peer: Peer): MemberStep => {
    const stale = listed.filter((member) => isSame(member, peer));
    const before = count.voters;
    add(stale, -1);
    count.voters++;
    count.healthy++;
    const action = stale.length > 0 ? "replace" : "join";
    return { host: peer.name, action, before, after: count.voters, healthy: count.healthy };
  };
  const leaving = leavingPeers(group).map((peer) => ({
    name: peer.name,
    members: listed.filter((member) => isSame(member, peer)),
  }));
  const isDead = ({ members }: LeavingHost) => !members.some(({ healthy }) => healthy);
  const joining = group.wanted.filter((peer) => firstStart(group, peer, [], listed) !== undefined);
  return [
    ...leaving.filter(isDead).map(leave),
    ...joining.map(join),
    ...leaving.filter((each) => !isDead(each)).map(leave),
  ];
}

interface LeavingHost {
  readonly name: string;
  readonly members: readonly ListedMember[];
}

/** A step in figures, where there are as many members in all at most. */
export function stepText(step: MemberStep, all: number): string {
  const replaced = step.action === "replace" ? "in place of its old member, which is gone, " : "";
  return `${replaced}etcd ${step.before} -> ${step.after} of ${all}, tolerates ${tolerated(step)}`;
}

/** The greatest number of members before, between and after steps. */
export function mostMembers(steps: readonly MemberStep[]): number {
  return Math.max(...steps.flatMap(({ before, after }) => [before, after]));
}

/** What is odd about members, though a run can go on. */
export function membershipWarnings({ wanted, looks }: EtcdGroup): readonly string[] {
  const ghosts = wanted.filter(({ name }) => {
    const look = looks.get(name);
    return look?.listed !== undefined && !look.data;
  });
  return ghosts.map(
    ({ name }) =>
      `etcd on ${name} runs, but its data directory is gone, and would not start again: stop it ` +
      "(systemctl stop etcd), and the next run has it join anew",
  );
}

/** How many members may fail after a step. */
export function tolerated({ after, healthy }: MemberStep): number {
  return healthy - quorumOf(after);
}

import {
  holders,
  leavingPeers,
  listedMembers,
  quorumOf,
  type EtcdGroup,
  type ListedMember,
  type Peer,
} from "./etcd-group";
import { isHalfMade, memberSteps, tolerated, type MemberStep } from "./etcd-membership";
import { moveRefusal, strandedRefusal } from "./etcd-moves";

const restore =
  "restore a snapshot (docs/operations/etcd.md), or, if the cluster is not needed, pulumi destroy " +
  "clears the way for a new one";

/** Why a run must not touch etcd's members; undefined where a quorum of them keeps the cluster's data all the time. */
export function membershipRefusal(group: EtcdGroup): string | undefined {
  const listed = listedMembers(group);
  if (listed !== undefined) {
    const steps = memberSteps(group, listed);
    const others = steps.map(({ host }) => host);
    return moveRefusal(group, listed, others) ?? stepRefusal(group, listed, steps);
  }
  const made = [...group.looks.values()].some(({ data }) => data);
  if (!made) return emptyRefusal(group);
  if (isHalfMade(group)) return halfMadeRefusal(group);
  return silentRefusal(group) ?? lossRefusal(group) ?? strandedRefusal(group);
}

/** Each member comes while the others are a quorum even if it fails, and goes while they are one without it. */
function stepRefusal(
  group: EtcdGroup,
  listed: readonly ListedMember[],
  steps: readonly MemberStep[],
): string | undefined {
  const leaving = leavingPeers(group);
  const step = steps.find(
    (each) => tolerated(each) < (each.action === "leave" || each.after === 2 ? 0 : 1),
  );
  if (step === undefined) return undefined;
  const away = listed.filter(
    ({ name, healthy, learner }) =>
      !healthy && !learner && !leaving.some((peer) => peer.name === name),
  );
  const down = away.map(({ name, url }) => name || url).join(", ");
  return step.action === "leave" ? leavingRefusal(step, down) : joiningRefusal(step, down);
}

function leavingRefusal({ host, after, healthy }: MemberStep, down: string): string {
  return (
    `etcd can't spare ${host}: of the ${after} members without it ${healthy} would answer, and it ` +
    `needs ${quorumOf(after)} at any time, else the cluster's data is out of reach; not answering: ` +
    `${down}. Bring that back first; or, if it is gone for good, put ${host} back into the stack ` +
    `config, take out ${down}, run pulumi up, then take out ${host}`
  );
}

function joiningRefusal({ host, after, healthy }: MemberStep, down: string): string {
  return (
    `etcd can't take in ${host}: with it there are ${after} members, of which ${quorumOf(after)} have to ` +
    `answer even if ${host} fails, and ${healthy - 1} would; not answering: ${down}. Bring that back ` +
    `first; or, if it is gone for good, take it out of the stack config in the same run`
  );
}

/** Nobody has data: etcd is founded only where there is no cluster yet. */
function emptyRefusal({ wanted, recorded, hidden, used }: EtcdGroup): string | undefined {
  const names = namesOf(wanted.filter(({ name }) => !hidden.includes(name)));
  if (used && recorded.length > 0) {
    return `etcd's data is lost: there is a cluster, but none of ${names} has data of it. To go on, ${restore}`;
  }
  if (used) {
    return (
      `there is a cluster already, but no etcd on ${names}: a new etcd there would be empty, ` +
      "and the cluster's data left behind. Put the hosts that were members back into the stack config " +
      "with the role etcd; if their data is lost for good, pulumi destroy clears the way for a new cluster"
    );
  }
  if (hidden.length === 0) return undefined;
  return (
    `there is no etcd on ${names}, and without ${hidden.join(", ")} nobody knows whether ` +
    "there is a cluster, whose data a new etcd would leave behind: end the maintenance, or take " +
    "these hosts out of the config"
  );
}

/** Founders begin with all others in their list, so a quorum of them has to come. */
function halfMadeRefusal({ wanted, founders, looks }: EtcdGroup): string | undefined {
  const missing = founders.filter(
    ({ name, url }) => !wanted.some((peer) => peer.name === name && peer.url === url),
  );
  if (founders.length - missing.length >= quorumOf(founders.length)) return undefined;
  const made = [...looks].filter(([, { data }]) => data).map(([name]) => name);
  return (
    `etcd was begun on ${made.join(", ")} with ${namesOf(founders)} as its members, and can't do ` +
    `without ${namesOf(missing)} before it has worked once. Put ${namesOf(missing)} back into the stack ` +
    "config; or, as nothing was ever written, begin anew: pulumi destroy, then pulumi up"
  );
}

/** Without a quorum nobody can leave. */
function silentRefusal(group: EtcdGroup): string | undefined {
  const leaving = namesOf(leavingPeers(group));
  if (leaving === "") return undefined;
  return (
    `etcd can't spare ${leaving}: none of its members answers with a quorum behind it, and without one ` +
    `nobody can leave. Put ${leaving} back into the stack config with the role etcd, have pulumi up ` +
    "repair etcd, then take it out"
  );
}

/** All members that still have data run, and are too few: the others lost theirs. */
function lossRefusal(group: EtcdGroup): string | undefined {
  const { recorded, looks } = group;
  const left = holders(group);
  const lost = recorded.filter(({ name }) => looks.get(name)?.data === false);
  // a member that is down may be all there is of a smaller cluster, and is started first
  const allRun = left.every(({ name }) => looks.get(name)?.running !== false);
  if (!allRun || recorded.length - lost.length >= quorumOf(recorded.length)) return undefined;
  return (
    `etcd has lost its quorum: of its ${recorded.length} members ${lost.length} have no data any more ` +
    `(${namesOf(lost)}), and it needs ${quorumOf(recorded.length)} that have. Bring their data back, or, ` +
    `where it is gone for good, ${restore}`
  );
}

function namesOf(peers: readonly Peer[]): string {
  return peers.map(({ name }) => name).join(", ");
}

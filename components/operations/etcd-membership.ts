/** What etcd's members that stay said before others are taken out. */
export interface MembersSeen {
  /** How many members etcd itself counts; undefined where nobody answers with a quorum behind it. */
  readonly listed: number | undefined;
  /** Names of those that answered so. */
  readonly answering: readonly string[];
}

/** A change of the stack config's etcd members, by names of hosts. */
export interface MemberChange {
  /** The members when a run last wrote their list. */
  readonly recorded: readonly string[];
  /** The members that the stack config names now. */
  readonly wanted: readonly string[];
}

/** Members that the change takes out. */
export function leavingMembers({ recorded, wanted }: MemberChange): readonly string[] {
  return recorded.filter((name) => !wanted.includes(name));
}

/** Members that the change keeps. */
export function stayingMembers({ recorded, wanted }: MemberChange): readonly string[] {
  return recorded.filter((name) => wanted.includes(name));
}

/** Why members can't be taken out; undefined where those that stay and answer are a quorum of all. */
export function leavingRefusal(change: MemberChange, seen: MembersSeen): string | undefined {
  const leaving = leavingMembers(change);
  const members = seen.listed ?? change.recorded.length;
  const quorum = Math.floor(members / 2) + 1;
  const { answering } = seen;
  if (leaving.length === 0 || answering.length >= quorum) return undefined;
  const away = stayingMembers(change).filter((name) => !answering.includes(name));
  const silent = away.length === 0 ? "" : `, as ${away.join(", ")} may be down`;
  const back = away.length === 0 ? "" : `, and bring ${away.join(", ")} back`;
  return (
    `etcd can't spare ${leaving.join(", ")}: of its ${members} members ${answering.length} would be ` +
    `left${silent}, and it needs ${quorum} at any time; without them the cluster's data is out of ` +
    `reach for good. Put ${leaving.join(", ")} back into the stack config with the role etcd${back}`
  );
}

/** Why an edit can't exchange every member of a cluster that exists: the new ones know none of its data. */
export function strandedRefusal(wanted: readonly string[]): string {
  return (
    `there is a cluster already, but no etcd on ${wanted.join(", ")}: a new etcd there would be empty, ` +
    "and the cluster's data left behind. Put the hosts that were members back into the stack config " +
    "with the role etcd; if their data is lost for good, pulumi destroy clears the way for a new cluster"
  );
}

/** Why no etcd is founded while hosts are in maintenance that may be part of a cluster with data elsewhere. */
export function hiddenRefusal(wanted: readonly string[], hidden: readonly string[]): string {
  return (
    `there is no etcd on ${wanted.join(", ")}, and without ${hidden.join(", ")} nobody knows whether ` +
    "there is a cluster, whose data a new etcd would leave behind: end the maintenance, or take " +
    "these hosts out of the config"
  );
}

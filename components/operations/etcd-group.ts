/** What is known of etcd's members before a run decides about them: names, types, and plain arithmetic. */

/** A member as the stack config, or the list of an earlier run, names it. */
export interface Peer {
  readonly name: string;
  /** Where the other members reach it. */
  readonly url: string;
}

/** A member as etcd itself lists it. */
export interface ListedMember extends Peer {
  /** Hexadecimal, without leading zeros. */
  readonly id: string;
  /** Gets the data, but does not count for the quorum. */
  readonly learner: boolean;
  /** Answers with a quorum behind it. */
  readonly healthy: boolean;
}

/** What etcd on one host knows. */
export interface MemberLook {
  /** It has been a member, and still has what it knew. */
  readonly data: boolean;
  /** etcd runs there, whether or not it has a quorum. */
  readonly running: boolean;
  /** All members; absent without a quorum. */
  readonly listed?: readonly ListedMember[];
  /** Of its data, looked at only without a quorum; at most 1 as long as nothing was written. */
  readonly revision?: number;
}

/** etcd as the survey found it and as the stack config wants it. */
export interface EtcdGroup {
  /** In the order of the stack config. */
  readonly wanted: readonly Peer[];
  /** The members when a run last wrote their list. */
  readonly recorded: readonly Peer[];
  /** Those that founded the cluster, as a host with data of it remembers them. */
  readonly founders: readonly Peer[];
  /** By host, of all that were looked at. */
  readonly looks: ReadonlyMap<string, MemberLook>;
  /** Hosts of the stack config that nobody looks at now. */
  readonly hidden: readonly string[];
  /** Some host has what is made only after etcd: the cluster has been used. */
  readonly used: boolean;
}

/** How many of so many members have to work together. */
export function quorumOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

/** The members by etcd's own list; undefined where nobody answers with a quorum. */
export function listedMembers({ looks }: EtcdGroup): readonly ListedMember[] | undefined {
  const lists = [...looks].flatMap(([name, { listed }]) =>
    listed === undefined ? [] : [{ name, listed }],
  );
  const [first] = lists;
  // who lists the others answers itself; who did so a moment ago may be missing in another's look
  const healthy = (member: ListedMember) =>
    lists.some(
      ({ name, listed }) =>
        name === member.name || listed.some(({ id, healthy }) => id === member.id && healthy),
    );
  return first?.listed.map((member) => ({ ...member, healthy: healthy(member) }));
}

/** Wanted members that have data, or may have it on a host in maintenance. */
export function holders({ wanted, looks, hidden }: EtcdGroup): readonly Peer[] {
  return wanted.filter(({ name }) => hidden.includes(name) || looks.get(name)?.data === true);
}

/** Members that are not wanted: of those that etcd lists, or without a quorum of those of the last run. */
export function leavingPeers(group: EtcdGroup): readonly Peer[] {
  const { wanted, recorded } = group;
  const listed = listedMembers(group);
  const peers =
    listed?.map(({ name, url }) => ({
      // one that never started may have no name
      name: name || (recorded.find((peer) => peer.url === url)?.name ?? ""),
      url,
    })) ?? recorded;
  return peers.filter(
    ({ name, url }) =>
      name !== "" && !wanted.some((peer) => peer.name === name || peer.url === url),
  );
}

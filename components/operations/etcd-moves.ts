import {
  listedMembers,
  quorumOf,
  type EtcdGroup,
  type ListedMember,
  type Peer,
} from "./etcd-group";

/** A member that keeps its data and its id, and is reached at another address of its host. */
export interface MemberMove {
  readonly host: string;
  /** Where the other members reach it so far, and from now on. */
  readonly from: string;
  readonly to: string;
}

/** One of them with the member that moves, as etcd lists it. */
interface ListedMove extends MemberMove {
  readonly member: ListedMember;
}

/** The members whose address has changed; none without a quorum, as nobody could be told. */
export function memberMoves(group: EtcdGroup): readonly MemberMove[] {
  const listed = listedMembers(group);
  return listed === undefined
    ? []
    : listedMoves(group, listed).map(({ host, from, to }) => ({ host, from, to }));
}

/** One that does not answer costs nothing and helps the others, so it comes first. */
function listedMoves(
  { wanted, looks }: EtcdGroup,
  listed: readonly ListedMember[],
): readonly ListedMove[] {
  const moves = wanted.flatMap(({ name, url }): readonly ListedMove[] => {
    const member = listed.find((each) => each.name === name && each.url !== url);
    if (member === undefined || looks.get(name)?.data !== true) return [];
    return [{ host: name, from: member.url, to: url, member }];
  });
  const isDead = ({ member }: ListedMove) => !member.healthy;
  return [...moves.filter(isDead), ...moves.filter((each) => !isDead(each))];
}

/** A move in figures. */
export function moveText({ from, to }: MemberMove): string {
  return `${from} -> ${to}`;
}

/** Why members must not move; `others` are hosts whose members come or go in the same run. */
export function moveRefusal(
  group: EtcdGroup,
  listed: readonly ListedMember[],
  others: readonly string[],
): string | undefined {
  const moves = listedMoves(group, listed);
  return (
    elsewhereRefusal(group, listed) ??
    takenRefusal(moves, listed) ??
    mixedRefusal(moves, others) ??
    costRefusal(moves, listed)
  );
}

/** A machine that is not the member's, or has no more than a copy of its data. */
function elsewhereRefusal(
  { wanted, looks }: EtcdGroup,
  listed: readonly ListedMember[],
): string | undefined {
  const strange = wanted.flatMap(({ name, url }) => {
    const look = looks.get(name);
    const member = listed.find((each) => each.name === name && each.url !== url);
    const isElsewhere = member?.healthy === true && !(look?.data === true && look.running);
    return look !== undefined && isElsewhere ? [{ name, url, member, look }] : [];
  });
  const [first] = strange;
  if (first === undefined) return undefined;
  const { name, url, member, look } = first;
  const found = look.data ? "a copy of its data, which is not in use" : "no data of it";
  return (
    `etcd has a member ${name} at ${member.url}, which answers, and the stack config has it at ${url}, ` +
    `where there is ${found}. If that is another machine's address, correct it; to have another machine in ` +
    `its place, take ${name} out of the stack config, run pulumi up, then add it with its new address`
  );
}

/** etcd knows each address once. */
function takenRefusal(
  moves: readonly ListedMove[],
  listed: readonly ListedMember[],
): string | undefined {
  for (const { host, to } of moves) {
    const owner = listed.find(({ name, url }) => name !== host && url === to);
    if (owner === undefined) continue;
    return (
      `etcd can't move ${host} to ${to}: it has its member ${owner.name || owner.id} there. ` +
      "Give that one another address, or let it go, in a run before"
    );
  }
  return undefined;
}

/** Who joins or leaves would need the others at addresses that they are just about to change. */
function mixedRefusal(moves: readonly ListedMove[], others: readonly string[]): string | undefined {
  if (moves.length === 0 || others.length === 0) return undefined;
  const moving = moves.map(({ host }) => host).join(", ");
  const coming = others.join(", ");
  return (
    `etcd's members move (${moving}), or come and go (${coming}), but not both in one run: put the ` +
    `former address of ${moving} back into the stack config, run pulumi up, then change it`
  );
}

/** Each restarts while the others are a quorum without it; of one or two members none can be spared anyway. */
function costRefusal(
  moves: readonly ListedMove[],
  listed: readonly ListedMember[],
): string | undefined {
  const voters = listed.filter(({ learner }) => !learner);
  const needed = voters.length > 2 ? quorumOf(voters.length) : voters.length - 1;
  const moved = new Set<string>();
  for (const { host, member } of moves) {
    const away = voters.filter(
      ({ name, healthy }) => name !== host && !healthy && !moved.has(name),
    );
    const answering = voters.length - 1 - away.length;
    if (member.healthy && !member.learner && answering < needed) {
      const down = away.map(({ name, url }) => name || url).join(", ");
      return (
        `etcd can't move ${host}: while it restarts, ${answering} of its ${voters.length} members would ` +
        `answer, and it needs ${needed} at any time; not answering: ${down}. Bring that back first; or, if ` +
        `it is gone for good, take it out of the stack config in a run before`
      );
    }
    moved.add(host);
  }
  return undefined;
}

/** Without a quorum nobody can be told where a member is: each goes on dialling the addresses that it knows. */
export function strandedRefusal({ wanted, recorded, looks }: EtcdGroup): string | undefined {
  const moved = wanted.flatMap(({ name, url }) => {
    const former = recorded.find((peer) => peer.name === name && peer.url !== url);
    return former !== undefined && looks.get(name)?.data === true ? [{ former, url }] : [];
  });
  if (moved.length === 0) return undefined;
  const texts = moved.map(({ former, url }) => `${former.name} from ${former.url} to ${url}`);
  return (
    `etcd can't move ${texts.join(", ")}: none of its members answers with a quorum behind it, and without ` +
    `one nobody learns of a new address. Put ${addressesOf(moved.map(({ former }) => former))} back, in the ` +
    "stack config and, beside the new ones, on the machines; have pulumi up repair etcd, then move"
  );
}

function addressesOf(peers: readonly Peer[]): string {
  return peers.map(({ url }) => new URL(url).hostname).join(", ");
}

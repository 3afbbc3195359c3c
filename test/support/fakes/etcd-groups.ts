import type {
  EtcdGroup,
  ListedMember,
  MemberLook,
  Peer,
} from "../../../components/operations/etcd-group";

/** Peers by their names, separated by spaces; each has an address of its own. */
export function peers(names: string): readonly Peer[] {
  return names.split(" ").filter(Boolean).map(peer);
}

function peer(name: string): Peer {
  return { name, url: `https://${name}.example:2380` };
}

/**
 * etcd whose members are, by their names: `a` answers; `b?` does not, though its host has its data; `c-` lost
 * its data, and does not; `d+` only learns. Members that are not wanted are on hosts that nobody sees.
 */
export function runningGroup(
  members: string,
  wanted: string,
  parts: Partial<EtcdGroup> = {},
): EtcdGroup {
  const marked = members.split(" ").map((text) => ({
    name: text.replace(/[?+-]+$/, ""),
    healthy: !/[?-]$/.test(text),
    learner: text.endsWith("+"),
    data: !text.endsWith("-"),
  }));
  const listed = marked.map(({ name, healthy, learner }): ListedMember => ({
    ...peer(name),
    id: `1${name}`,
    learner,
    healthy,
  }));
  const look = (name: string): MemberLook => {
    const own = marked.find((each) => each.name === name);
    if (own?.data !== true) return { data: false, running: false };
    const { healthy, learner } = own;
    return { data: true, running: healthy, ...(healthy && !learner ? { listed } : {}) };
  };
  return group(wanted, {
    recorded: listed.map(({ name, url }) => ({ name, url })),
    looks: new Map(wanted.split(" ").map((name) => [name, look(name)])),
    used: true,
    ...parts,
  });
}

/**
 * etcd without a quorum: `a1` has data up to revision 1 and runs, `b7?` does not run, `c` has no data.
 */
export function silentGroup(members: string, parts: Partial<EtcdGroup> = {}): EtcdGroup {
  const looks = members.split(" ").map((text): readonly [string, MemberLook] => {
    const [, name = "", revision = "", stopped = ""] = /^([a-z]+)(\d*)(\??)$/.exec(text) ?? [];
    if (revision === "") return [name, { data: false, running: false }];
    return [name, { data: true, running: stopped === "", revision: Number(revision) }];
  });
  const names = looks.map(([name]) => name).join(" ");
  return group(names, {
    looks: new Map(looks),
    recorded: peers(names),
    founders: peers(names),
    ...parts,
  });
}

/** The same group, where the stack config has some of its members at other addresses. */
export function moved(names: string, of: EtcdGroup): EtcdGroup {
  const wanted = of.wanted.map(({ name, url }) =>
    names.split(" ").includes(name)
      ? { name, url: `https://${name}.new.example:2380` }
      : { name, url },
  );
  return { ...of, wanted };
}

/** Hosts on which there is nothing yet. */
export function group(wanted: string, parts: Partial<EtcdGroup> = {}): EtcdGroup {
  const looks = wanted.split(" ").map((name) => [name, { data: false, running: false }] as const);
  return {
    wanted: peers(wanted),
    recorded: [],
    founders: [],
    looks: new Map(looks),
    hidden: [],
    used: false,
    ...parts,
  };
}

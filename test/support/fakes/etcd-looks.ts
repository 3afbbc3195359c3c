import type { HostFacts } from "../../../provider/survey-api";

/** A member as `host=address`; with `?` behind it, one that does not answer, with `+`, one that only learns. */
type Member = string;

/** What a host says whose etcd has data and lists these members, separated by spaces; without any, it has no quorum. */
export function etcdSays(
  members: string,
  others: readonly string[] = ["data", "running"],
): Pick<HostFacts, "probes"> {
  const lines = members.split(" ").filter(Boolean).flatMap(memberLines);
  return probed([...others, ...lines]);
}

/** What a host says without a quorum: nothing was written up to revision 1. */
export function etcdWithoutQuorum(
  revision: number | string,
  runs = true,
): Pick<HostFacts, "probes"> {
  return probed(["data", ...(runs ? ["running"] : []), `revision ${revision}`]);
}

function probed(lines: readonly string[]): Pick<HostFacts, "probes"> {
  return { probes: { etcd: { status: 0, output: lines.join("\n") } } };
}

function memberLines(member: Member, at: number): readonly string[] {
  const [, name = "", address = "", mark = ""] = /^(.*)=(.*?)([?+]*)$/.exec(member) ?? [];
  const client = mark.includes("?") && name === "" ? "-" : `https://${address}:2379`;
  const url = `https://${address}:2380`;
  const line = `member ${at + 1} ${name || "-"} ${url} ${client} ${String(mark.includes("+"))}`;
  return mark.includes("?") ? [line] : [line, `healthy ${at + 1}`];
}

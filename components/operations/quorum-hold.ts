import type { HostConfig } from "../config/model/host-config";

/** Why no member may be restarted while others are in maintenance; undefined where a quorum stays without it. */
export function quorumHold(members: readonly HostConfig[]): string | undefined {
  const away = members.filter((member) => member.maintenance);
  const quorum = Math.floor(members.length / 2) + 1;
  const left = members.length - away.length - 1;
  if (away.length === 0 || left >= quorum) return undefined;
  const names = away.map(({ name }) => name).join(", ");
  return (
    `it would restart a member of etcd while ${names} may be down for maintenance, and etcd needs ` +
    `${quorum} of its ${members.length} members at any time; end the maintenance first, or leave out the change`
  );
}

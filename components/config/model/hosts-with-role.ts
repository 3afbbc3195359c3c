import type { HostConfig, Role } from "./host-config";

/** The hosts with a role, in the order of the stack config. */
export function hostsWithRole(hosts: readonly HostConfig[], role: Role): readonly HostConfig[] {
  return hosts.filter((host) => host.roles.includes(role));
}

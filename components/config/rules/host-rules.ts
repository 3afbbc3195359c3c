import {
  addressFamily,
  canonicalAddress,
  cidrContains,
  isIpAddress,
} from "../../network/addresses";
import type { HostConfig } from "../model/host-config";
import { hostsWithRole } from "../model/hosts-with-role";
import { type ConfigProblem, wrongValue } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";

const maxEtcdMembers = 7;

/** Hosts whose addresses another host has as well. */
export function duplicateProblems(
  _input: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  const reached = duplicates(hosts, "address", (host) =>
    isIpAddress(host.address)
      ? `${canonicalAddress(host.address)} port ${host.port}`
      : `${host.address} port ${host.port}`,
  );
  const internal = duplicates(
    hosts.filter((host) => isIpAddress(host.internalAddress)),
    "internalAddress",
    (host) => canonicalAddress(host.internalAddress),
  );
  return [...reached, ...internal];
}

/** Hosts whose addresses can't be used beside the cluster's networks. */
export function addressProblems(
  input: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  return hosts.flatMap((host) => addressProblemsOf(input, host));
}

/** Hosts whose `node` contradicts their roles. */
export function nodeProblems(
  _input: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  return hosts.flatMap(nodeProblemsOf);
}

/** Roles that too few or too many hosts have. */
export function roleProblems(
  _input: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  const missing = (["control-plane", "etcd"] as const)
    .filter((role) => hostsWithRole(hosts, role).length === 0)
    .map((role) => ({
      path: ["hosts"],
      text: `no host has the role ${role}, expected at least one`,
    }));
  const members = hostsWithRole(hosts, "etcd").length;
  const tooMany = members > maxEtcdMembers;
  return [
    ...missing,
    ...(tooMany
      ? [{ path: ["hosts"], text: `${members} hosts have the role etcd, expected 1, 3 or 5` }]
      : []),
  ];
}

/** Maintenance of so many hosts that nothing is left to work with. */
export function maintenanceProblems(
  _input: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  const controlPlanes = hostsWithRole(hosts, "control-plane");
  if (controlPlanes.length === 0 || controlPlanes.some((host) => !host.maintenance)) return [];
  const who = hosts.every((host) => host.maintenance) ? "host" : "control plane";
  const text = `every ${who} is in maintenance, expected at least one control plane that is not`;
  return [{ path: ["hosts"], text }];
}

/** Hosts that are said to be gone while they are to be part of the cluster. */
export function lostProblems({ lost, hosts }: ClusterInput): readonly ConfigProblem[] {
  const expected = "a name that is not under hosts: take its entry there away, or keep the host";
  return lost.flatMap((name, index) =>
    name in hosts ? [wrongValue(["lost", index], name, expected)] : [],
  );
}

function addressProblemsOf(input: ClusterInput, host: HostConfig): readonly ConfigProblem[] {
  const path = ["hosts", host.name, "internalAddress"];
  const address = host.internalAddress;
  if (!isIpAddress(address)) {
    const expected = `an IP address, because ${host.address} is a name`;
    return [wrongValue(path, input.hosts[host.name]?.internalAddress, expected)];
  }
  const { podCidr, serviceCidr } = input.network;
  const place = input.hosts[host.name]?.internalAddress === undefined ? "address" : path[2];
  const at = ["hosts", host.name, place ?? "address"];
  if (addressFamily(address) === "ipv6") {
    return [wrongValue(at, address, "an IPv4 address, IPv6 is not supported yet")];
  }
  return Object.entries({ podCidr, serviceCidr })
    .filter(([, cidr]) => cidrContains(cidr, address))
    .map(([name, cidr]) => wrongValue(at, address, `an address outside of ${name} ${cidr}`));
}

function nodeProblemsOf(host: HostConfig): readonly ConfigProblem[] {
  const path = ["hosts", host.name, "node"];
  const worker = host.roles.includes("worker");
  if (worker && !host.node) {
    return [wrongValue(path, false, "true, because the host has the role worker")];
  }
  if (host.node && !worker && !host.roles.includes("control-plane")) {
    return [wrongValue(path, true, "false, or the role worker as well")];
  }
  return [];
}

function duplicates(
  hosts: readonly HostConfig[],
  key: "address" | "internalAddress",
  identity: (host: HostConfig) => string,
): readonly ConfigProblem[] {
  const first = new Map<string, HostConfig>();
  return hosts.flatMap((host) => {
    const earlier = first.get(identity(host));
    if (earlier === undefined) {
      first.set(identity(host), host);
      return [];
    }
    const sameAddress = key === "internalAddress" && host.address === earlier.address;
    if (sameAddress && host.internalAddress === host.address && host.port === earlier.port) {
      return [];
    }
    const expected = `an address of its own, host ${earlier.name} has this one`;
    return [wrongValue(["hosts", host.name, key], host[key], expected)];
  });
}

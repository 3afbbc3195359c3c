import {
  addressFamily,
  canonicalAddress,
  cidrContains,
  cidrsOverlap,
  isIpAddress,
  prefixLength,
} from "../../network/addresses";
import { type FixedPort, portOwner } from "../../network/ports";
import type { HostConfig } from "../model/host-config";
import { type ConfigProblem, wrongValue } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";

/** kube-controller-manager cuts podCidr into at most 2^16 parts. */
const maxNodeCidrBits = 16;

/** Networks of pods and services that can't be used together. */
export function cidrProblems({ network }: ClusterInput): readonly ConfigProblem[] {
  const { podCidr, serviceCidr } = network;
  // flannel, the hosts' kernel parameters and the balancer are not set up for it
  const ipv6 = (["podCidr", "serviceCidr"] as const)
    .filter((name) => addressFamily(network[name]) === "ipv6")
    .map((name) =>
      wrongValue(["network", name], network[name], "an IPv4 network, IPv6 is not supported yet"),
    );
  if (ipv6.length > 0) return ipv6;
  const path = ["network", "serviceCidr"];
  const prefix = prefixLength(serviceCidr);
  const problems: ConfigProblem[] = [];
  if (prefix < 12 || prefix > 28) {
    problems.push(wrongValue(path, serviceCidr, "a prefix from /12 to /28"));
  }
  if (cidrsOverlap(podCidr, serviceCidr)) {
    problems.push(wrongValue(path, serviceCidr, `no overlap with podCidr ${podCidr}`));
  }
  return problems;
}

/** Parts of the pod network for nodes that are too large, too small or too few. */
export function nodeCidrProblems(
  { network }: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  const { podCidr, nodeCidrMaskSize } = network;
  if (addressFamily(podCidr) === "ipv6") return []; // refused by itself
  const prefix = prefixLength(podCidr);
  const max = Math.min(prefix + maxNodeCidrBits, 30);
  const path = ["network", "nodeCidrMaskSize"];
  if (nodeCidrMaskSize < prefix || nodeCidrMaskSize > max) {
    const expected = `a prefix length from ${prefix} to ${max}, which podCidr ${podCidr} allows`;
    return [wrongValue(path, nodeCidrMaskSize, expected)];
  }
  const room = 2 ** (nodeCidrMaskSize - prefix);
  const nodes = hosts.filter((host) => host.node).length;
  if (nodes <= room) return [];
  const expected = `a longer prefix or a larger podCidr: ${podCidr} has room for ${room} of ${nodes} nodes`;
  return [wrongValue(path, nodeCidrMaskSize, expected)];
}

/** A virtual address that is not free or not reachable. */
export function vipProblems(
  { api, network }: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  if (api.vip === undefined) return [];
  const { address } = api.vip;
  const at = (expected: string) => wrongValue(["api", "vip", "address"], address, expected);
  const owner = hosts.find((host) =>
    [host.address, host.internalAddress].some(
      (own) => isIpAddress(own) && canonicalAddress(own) === canonicalAddress(address),
    ),
  );
  const problems: ConfigProblem[] = [];
  if (owner !== undefined) {
    problems.push(at(`an address that no host has, this one is ${owner.name}'s`));
  }
  if (addressFamily(address) === "ipv6") {
    problems.push(at("an IPv4 address, IPv6 is not supported yet"));
  }
  for (const name of ["podCidr", "serviceCidr"] as const) {
    const cidr = network[name];
    if (cidrContains(cidr, address)) problems.push(at(`an address outside of ${name} ${cidr}`));
  }
  return problems;
}

/** Ports that the config gives to the API or to SSH while something else listens there. */
export function portProblems(
  { api, hosts: given }: ClusterInput,
  hosts: readonly HostConfig[],
  ports: readonly FixedPort[],
): readonly ConfigProblem[] {
  // behind another address the port may be that of a gateway
  const direct = hosts.filter(({ address, internalAddress }) => address === internalAddress);
  const reached = direct.find(({ port }) => port === api.port);
  const apiOwner =
    portOwner(api.port, ports) ?? (reached === undefined ? undefined : `SSH on ${reached.name}`);
  const isInherited = ({ name }: HostConfig) => given[name]?.port === undefined;
  const ssh = [
    ...direct.filter(isInherited).slice(0, 1),
    ...direct.filter((host) => !isInherited(host)),
  ];
  return [
    ...takenPort(["api", "port"], api.port, apiOwner),
    ...ssh.flatMap((host) =>
      takenPort(
        isInherited(host) ? ["ssh", "port"] : ["hosts", host.name, "port"],
        host.port,
        portOwner(host.port, ports),
      ),
    ),
  ];
}

function takenPort(
  path: readonly string[],
  port: number,
  owner: string | undefined,
): readonly ConfigProblem[] {
  return owner === undefined
    ? []
    : [wrongValue(path, port, `another port, this one is for ${owner}`)];
}

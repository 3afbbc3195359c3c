import { internalInterface, maxPodMtu } from "../host/platform";
import { maxNameservers, reachableNameservers, resolvConf } from "../host/resolv-conf";
import { cidrContains, networkCidr } from "../network/addresses";
import {
  type CheckFinding,
  failure,
  type HostCheck,
  type HostSubject,
  isOwn,
  warning,
} from "./finding";

/** Checks of a host's addresses, ports and resolver. */
export const networkChecks: readonly HostCheck[] = [
  internalAddress,
  vipInterface,
  oneSubnet,
  mtu,
  ports,
  resolver,
];

function internalAddress({ host, facts }: HostSubject): readonly CheckFinding[] {
  if (internalInterface(host, facts) !== undefined) return [];
  const found = Object.entries(facts.addresses)
    .filter(([name]) => name !== "lo")
    .flatMap(([, addresses]) => addresses.map((cidr) => cidr.slice(0, cidr.indexOf("/"))))
    .filter((address) => !address.startsWith("fe80"));
  const problem = `no interface has its internal address ${host.internalAddress}`;
  const remedy = `set hosts.${host.name}.internalAddress to one of ${found.join(", ")}, or give it that address`;
  return [failure(host, problem, remedy)];
}

function vipInterface({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  const name = config.api.vip?.interface;
  if (name === undefined || !host.roles.includes("control-plane") || name in facts.mtus) return [];
  const problem = `the virtual address's interface ${name} does not exist`;
  const known = Object.keys(facts.mtus).filter((other) => other !== "lo");
  return [failure(host, problem, `set api.vip.interface to one of ${known.join(", ")}`)];
}

/** host-gw sends packets to the other node itself, which only works on one link. */
function oneSubnet({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  if (config.addons.flannel.backend !== "host-gw" || !host.node) return [];
  const cidrs = facts.addresses[internalInterface(host, facts) ?? ""] ?? [];
  const own = cidrs.map(networkCidr).find((cidr) => cidrContains(cidr, host.internalAddress));
  if (own === undefined) return [];
  const far = config.hosts.filter(
    (other) => other.node && !cidrContains(own, other.internalAddress),
  );
  if (far.length === 0) return [];
  const names = far.map((other) => other.name).join(", ");
  const problem = `its subnet ${own} does not hold ${names}, and host-gw needs one subnet`;
  return [failure(host, problem, "set addons.flannel.backend to vxlan")];
}

function mtu({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  const wanted = config.network.mtu;
  const largest = maxPodMtu(config, host, facts);
  if (!host.node || wanted === undefined || largest === undefined || wanted <= largest) return [];
  const problem = `network.mtu ${wanted} is more than its interface leaves to pods`;
  return [failure(host, problem, `set network.mtu to ${largest} or less, or leave it out`)];
}

/** On a host that is not the cluster's yet, even a unit of the same name is another cluster's. */
function ports(subject: HostSubject): readonly CheckFinding[] {
  const { host, facts, ownUnits } = subject;
  // what holds the ports there is no left-over to be stopped: the check of the owner says what to do
  if (facts.owner !== undefined && !isOwn(subject)) return [];
  const isOurs = (unit: string | undefined) =>
    isOwn(subject) && (unit === undefined || ownUnits.includes(unit));
  return [...neededPorts(subject)].flatMap(([port, use]) => {
    const listener = facts.listening.find((socket) => socket.port === port);
    if (listener === undefined || isOurs(listener.unit)) return [];
    const { process, unit } = listener;
    const holder = unit === undefined ? process : `${process} (${unit})`;
    const problem = `port ${port}, which ${use} needs, is in use by ${holder}`;
    return [
      failure(host, problem, unit === undefined ? "stop it" : `systemctl disable --now ${unit}`),
    ];
  });
}

function neededPorts({ config, host }: HostSubject): ReadonlyMap<number, string> {
  const fixed = config.needs.ports.filter(({ on }) =>
    on === "node" ? host.node : host.roles.includes(on),
  );
  return new Map([
    ...fixed.map(({ port, owner }) => [port, owner] as const),
    ...(host.roles.includes("control-plane") ? [[config.api.port, "kube-apiserver"] as const] : []),
  ]);
}

function resolver({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  if (!host.node) return [];
  if (resolvConf(config, facts) === undefined) {
    const problem =
      facts.nameservers.length === 0
        ? "/etc/resolv.conf has no nameserver"
        : `/etc/resolv.conf has nothing but ${facts.nameservers.join(", ")}, which pods can't reach`;
    const remedy = "add a nameserver, or set addons.coredns.upstreamNameservers";
    return [failure(host, problem, remedy)];
  }
  const used = reachableNameservers(facts.nameservers);
  const listed = used.length === 0 ? reachableNameservers(facts.resolvedNameservers ?? []) : used;
  if (listed.length <= maxNameservers) return [];
  const problem = `it has ${listed.length} nameservers, and pods can use ${maxNameservers}`;
  const rest = listed.slice(maxNameservers).join(", ");
  return [warning(host, problem, `take out ${rest}, or leave it: pods get the others`)];
}

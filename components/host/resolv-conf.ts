import type { HostFacts } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import { cidrContains, isIpAddress } from "../network/addresses";
import { paths } from "./paths";

/** Resolver configuration of ours, on hosts whose own can't be handed to pods. */
export const ownResolvConf = `${paths.kubernetes}/resolv.conf`;

/** The C library and the kubelet use no more nameservers than these. */
export const maxNameservers = 3;

const hostResolvConf = "/etc/resolv.conf";
const resolvedResolvConf = "/run/systemd/resolve/resolv.conf";

/** What pods resolve names with when they use the host's resolver configuration. */
export interface ResolvConf {
  readonly path: string;
  /** Content of {@link ownResolvConf}, which `path` then is. */
  readonly content?: string;
}

/**
 * A resolver configuration that works inside of pods: the host's own, else systemd-resolved's real
 * one, else one of ours with at most three nameservers none of which is a loopback stub, which
 * would be the pod itself. Nothing when no nameserver is known at all.
 */
export function resolvConf(config: ClusterConfig, facts: HostFacts): ResolvConf | undefined {
  const own = reachableNameservers(facts.nameservers);
  const stub = own.length === 0 && facts.resolvedNameservers !== undefined;
  const listed = stub ? (facts.resolvedNameservers ?? []) : facts.nameservers;
  const usable = reachableNameservers(listed);
  if (usable.length === 0) {
    const upstream = config.addons.coredns.upstreamNameservers;
    return upstream.length === 0 ? undefined : generatedResolvConf(upstream, facts.searchDomains);
  }
  return usable.length === listed.length && usable.length <= maxNameservers
    ? { path: stub ? resolvedResolvConf : hostResolvConf }
    : generatedResolvConf(usable, facts.searchDomains);
}

/** The nameservers that pods can reach: all but those on the loopback interface. */
export function reachableNameservers(nameservers: readonly string[]): readonly string[] {
  return nameservers.filter((address) => !isLoopback(address));
}

function isLoopback(address: string): boolean {
  if (!isIpAddress(address)) return false;
  return cidrContains("127.0.0.0/8", address) || cidrContains("::1/128", address);
}

function generatedResolvConf(
  nameservers: readonly string[],
  searchDomains: readonly string[],
): ResolvConf {
  const lines = [
    ...nameservers.slice(0, maxNameservers).map((address) => `nameserver ${address}`),
    ...(searchDomains.length === 0 ? [] : [`search ${searchDomains.join(" ")}`]),
  ];
  return { path: ownResolvConf, content: `${lines.join("\n")}\n` };
}

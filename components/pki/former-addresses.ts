import { X509Certificate } from "node:crypto";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { canonicalAddress, isIpAddress } from "../network/addresses";

/** By host name; see `formerAddresses`. */
export type FormerAddresses = ReadonlyMap<string, readonly string[]>;

/**
 * Addresses that etcd's certificate on a host (PEM) is good for beside the present one, as long as the machine
 * has them: until it has moved, a member is reached at its former address, and until they have been told, by
 * API servers. By going on with what is there, the run after a move has nothing to change.
 */
export function formerAddresses(
  { api, hosts }: Pick<ClusterConfig, "api" | "hosts">,
  host: HostConfig,
  certificate: string | undefined,
  present: readonly string[],
): readonly string[] {
  const others = hosts.filter(({ name }) => name !== host.name);
  const taken = [
    // stand in every certificate of etcd
    "127.0.0.1",
    host.internalAddress,
    ...others.flatMap(({ address, internalAddress }) => [address, internalAddress]),
    ...(api.vip === undefined ? [] : [api.vip.address]),
  ]
    .filter(isIpAddress)
    .map(canonicalAddress);
  return certifiedAddresses(certificate).filter(
    (address) => present.includes(address) && !taken.includes(address),
  );
}

/** None of what is no certificate. */
function certifiedAddresses(certificate: string | undefined): readonly string[] {
  if (certificate === undefined) return [];
  try {
    const names = new X509Certificate(certificate).subjectAltName ?? "";
    return [...names.matchAll(/IP Address:([0-9a-fA-F.:]+)/g)].map(([, address = ""]) =>
      canonicalAddress(address),
    );
  } catch {
    return [];
  }
}

import type { HostConfig } from "../config/model/host-config";
import { hostPort } from "../network/addresses";
import { ports } from "../network/ports";
import type { Peer } from "../operations/etcd-group";

/** The member's own address on its host, for clients with a certificate. */
export const localClientUrl = `https://127.0.0.1:${ports.etcdClient.port}`;

/** Health and metrics on a member's host, for which nobody needs a certificate. */
export const localHealthUrl = `http://127.0.0.1:${ports.etcdMetrics.port}`;

/** The hosts as members of etcd. */
export function etcdPeers(hosts: readonly HostConfig[]): readonly Peer[] {
  return hosts.map((host) => ({ name: host.name, url: peerUrl(host) }));
}

/** Where the other members reach the one on a host. */
export function peerUrl({ internalAddress }: HostConfig): string {
  return `https://${hostPort(internalAddress, ports.etcdPeer.port)}`;
}

/** Where clients reach the member on a host. */
export function clientUrl({ internalAddress }: HostConfig): string {
  return `https://${hostPort(internalAddress, ports.etcdClient.port)}`;
}

/** `https://<address>:2379` of every member, as the API server's `--etcd-servers` wants them. */
export function etcdClientUrls(members: readonly HostConfig[]): readonly string[] {
  return members.map(clientUrl);
}

/** Where clients reach a member, by its URL for the other members: it differs in the port alone. */
export function clientUrlOf({ url }: Pick<Peer, "url">): string {
  return url.replace(/:\d+$/, `:${ports.etcdClient.port}`);
}

/** Members as etcd's `--initial-cluster` wants them. */
export function initialCluster(peers: readonly Peer[]): string {
  return peers.map(({ name, url }) => `${name}=${url}`).join(",");
}

/** The members in a file that sets `ETCD_INITIAL_CLUSTER`. */
export function recordedPeers(text: string): readonly Peer[] {
  const [, members = ""] = /^ETCD_INITIAL_CLUSTER=(.*)$/m.exec(text) ?? [];
  return members.split(",").flatMap((member) => {
    const [, name, url] = /^([^=]+)=(.+)$/.exec(member) ?? [];
    return name === undefined || url === undefined ? [] : [{ name, url }];
  });
}

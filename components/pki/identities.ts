import { isIP } from "node:net";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";

/** Which certificate authority vouches for an identity. */
export type Signer = "cluster" | "etcd" | "front-proxy";

/** Who a leaf certificate speaks for. */
export interface Identity {
  /** Name of the leaf, unique in the cluster; identities of a host end in its name. */
  readonly name: string;
  readonly signer: Signer;
  readonly commonName: string;
  readonly organization?: string;
  readonly server: boolean;
  readonly client: boolean;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/**
 * Identities that are the same wherever they are used.
 * https://kubernetes.io/docs/setup/best-practices/certificates/
 */
export function clusterIdentities(config: ClusterConfig): readonly Identity[] {
  return [
    // the administrator's and the add-ons' access; the group is bound to cluster-admin inside the API server
    client("admin", "cluster", "kubernetes-admin", "system:masters"),
    // both names are bound to roles of their own by the API server's bootstrap policy
    scrapedIdentity(
      config,
      client("controller-manager", "cluster", "system:kube-controller-manager"),
    ),
    scrapedIdentity(config, client("scheduler", "cluster", "system:kube-scheduler")),
    client("kube-proxy", "cluster", "system:kube-proxy"),
    // the API server towards kubelets: no group, so that it has only what addons/cluster/kubelet-api-access.ts binds
    client("apiserver-kubelet-client", "cluster", "kube-apiserver-kubelet-client"),
    client("apiserver-etcd-client", "etcd", "kube-apiserver-etcd-client"),
    // what aggregated API servers accept in front of X-Remote-User
    client("front-proxy-client", "front-proxy", "front-proxy-client"),
  ];
}

/** Identities that belong to one host, by its roles; for `formerAddresses` see there. */
export function hostIdentities(
  config: ClusterConfig,
  host: HostConfig,
  formerAddresses: readonly string[],
): readonly Identity[] {
  const identities: Identity[] = [];
  if (host.roles.includes("etcd")) identities.push(...etcdIdentities(host, formerAddresses));
  if (host.roles.includes("control-plane")) identities.push(apiServerIdentity(config, host));
  if (host.node) identities.push(kubeletIdentity(host));
  return identities;
}

function client(name: string, signer: Signer, commonName: string, organization?: string): Identity {
  return {
    name,
    signer,
    commonName,
    ...(organization === undefined ? {} : { organization }),
    server: false,
    client: true,
    dnsNames: [],
    ipAddresses: [],
  };
}

/** Where metrics are read, also what a component shows to those who read its metrics, under its own name. */
function scrapedIdentity({ needs }: ClusterConfig, identity: Identity): Identity {
  if (!needs.hostMetrics) return identity;
  return { ...identity, server: true, dnsNames: [`kube-${identity.name}`] };
}

function etcdIdentities(host: HostConfig, formerAddresses: readonly string[]): readonly Identity[] {
  const common = {
    signer: "etcd",
    commonName: host.name,
    server: true,
    // a peer is a client of the others; the server's gRPC gateway is a client of itself
    client: true,
    dnsNames: [host.name, "localhost"],
    ipAddresses: distinctValues([host.internalAddress, "127.0.0.1", ...formerAddresses]),
  } as const;
  return [
    { name: `etcd-server-${host.name}`, ...common },
    { name: `etcd-peer-${host.name}`, ...common },
  ];
}

function apiServerIdentity(config: ClusterConfig, host: HostConfig): Identity {
  const { api, domain, network } = config;
  const names = [...api.extraSans, endpointHost(api.endpoint)];
  if (api.vip !== undefined) names.push(api.vip.address);
  return {
    name: `apiserver-${host.name}`,
    signer: "cluster",
    commonName: "kube-apiserver",
    server: true,
    client: false,
    dnsNames: distinctValues([
      host.name,
      "localhost",
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      `kubernetes.default.svc.${domain}`,
      ...names.filter((name) => !isAddress(name)),
    ]),
    ipAddresses: distinctValues([
      host.internalAddress,
      ...[host.address].filter(isAddress),
      // nodes reach an API server through the balancer on their loopback address
      "127.0.0.1",
      network.apiServiceIp,
      ...names.filter(isAddress),
    ]),
  };
}

function kubeletIdentity(host: HostConfig): Identity {
  return {
    name: `kubelet-${host.name}`,
    signer: "cluster",
    // the node authorizer and NodeRestriction know a node by this name and group
    commonName: `system:node:${host.name}`,
    organization: "system:nodes",
    server: true,
    client: true,
    dnsNames: [host.name],
    ipAddresses: distinctValues([host.internalAddress]),
  };
}

// `host:port`, or `[address]:port` for IPv6
function endpointHost(endpoint: string): string {
  return endpoint.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

function isAddress(name: string): boolean {
  return isIP(name) !== 0;
}

function distinctValues(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

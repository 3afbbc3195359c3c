import type { ClusterInput } from "../schema/cluster-schema";
import type { Addons, ClusterNeeds } from "./addon-definition";
import type { ChartConfig } from "./charts-config";
import type { DeepReadonly } from "./deep-readonly";
import type { HostConfig } from "./host-config";

/** The stack config as its schema reads it; what a key means is said there. */
type Input = DeepReadonly<ClusterInput>;

/** The parsed stack config: every default filled in, every cross-field rule checked. */
export interface ClusterConfig extends Omit<
  Input,
  "addons" | "api" | "charts" | "hosts" | "network" | "ssh"
> {
  readonly network: NetworkConfig;
  readonly api: ApiConfig;
  readonly ssh: SshConfig;
  readonly addons: Addons;
  /** What of the hosts the add-ons need. */
  readonly needs: ClusterNeeds;
  /** By name of the release. */
  readonly charts: Readonly<Record<string, ChartConfig>>;
  /** In the order of their names, numbers by value; Pulumi has lost the order of the file. */
  readonly hosts: readonly HostConfig[];
}

/** The key `network` with the addresses that follow from it. */
export type NetworkConfig = Input["network"] & {
  /** First address of the service CIDR. */
  readonly apiServiceIp: string;
  /** Tenth address of the service CIDR. */
  readonly dnsServiceIp: string;
};

/** The key `api` with the address that follows from it. */
export type ApiConfig = Input["api"] & {
  /** What the administrator's kubeconfig points to, as `host:port`: external, else the VIP, else the first control plane that is not in maintenance. */
  readonly endpoint: string;
};

/** What of the key `ssh` is the same for every host; hosts have the rest themselves. */
export type SshConfig = Pick<
  Input["ssh"],
  "privateKeyFile" | "agentSocket" | "knownHostsFile" | "connectTimeoutSeconds"
>;

/** The key `etcd`. */
export type EtcdConfig = Input["etcd"];

/** The key `runtime`. */
export type RuntimeConfig = Input["runtime"];

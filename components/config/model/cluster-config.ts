import type { AuditRule } from "../schema/audit-schema";
import type { AddonsConfig } from "./addons-config";
import type { ChartConfig } from "./charts-config";
import type { HostConfig } from "./host-config";

/** The parsed stack config: every default filled in, every cross-field rule checked. */
export interface ClusterConfig {
  /** Name of the cluster; owns its hosts (`/etc/plinth/cluster.json`). */
  readonly name: string;
  /** DNS domain of services. */
  readonly domain: string;
  readonly kubernetesVersion: string;
  readonly network: NetworkConfig;
  readonly api: ApiConfig;
  readonly etcd: EtcdConfig;
  readonly controlPlane: ControlPlaneConfig;
  readonly kubelet: KubeletConfig;
  readonly kubeProxy: { readonly mode: "nftables" | "iptables"; readonly extraArgs: ExtraArgs };
  readonly runtime: RuntimeConfig;
  /** Kernel parameters of every node by dotted name, beside those that Plinth itself sets. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly pki: {
    readonly caValidityHours: number;
    readonly leafValidityHours: number;
    /** A leaf is made anew by the first run within this window before its end. */
    readonly renewalWindowHours: number;
  };
  readonly ssh: SshConfig;
  readonly artifacts: { readonly mirror?: string; readonly catalogueFile?: string };
  readonly addons: AddonsConfig;
  /** By name of the release. */
  readonly charts: Readonly<Record<string, ChartConfig>>;
  /** Hosts with cgroup v1 are refused unless this is set. */
  readonly allowCgroupV1: boolean;
  /** In the order of their names, numbers by value; Pulumi has lost the order of the file. */
  readonly hosts: readonly HostConfig[];
}

/** Flags by name without dashes; they win over Plinth's own. */
export type ExtraArgs = Readonly<Record<string, string>>;

export interface NetworkConfig {
  readonly podCidr: string;
  readonly nodeCidrMaskSize: number;
  readonly serviceCidr: string;
  /** First address of the service CIDR. */
  readonly apiServiceIp: string;
  /** Tenth address of the service CIDR. */
  readonly dnsServiceIp: string;
  /** MTU of pods' interfaces; derived from the hosts' interface when absent. */
  readonly mtu?: number;
}

export interface ApiConfig {
  /** Port of every API server, and of the balancer on 127.0.0.1 of hosts without one. */
  readonly port: number;
  /** A virtual address held by keepalived on the control planes, for people. */
  readonly vip?: {
    readonly address: string;
    readonly interface?: string;
    readonly virtualRouterId: number;
  };
  /** `host:port` of a balancer outside Plinth. */
  readonly external?: string;
  /** What kubeconfigs for people point to, as `host:port`: external, else the VIP, else the first control plane that is not in maintenance. */
  readonly endpoint: string;
  /** Further names and addresses in the API server's certificate. */
  readonly extraSans: readonly string[];
}

export interface EtcdConfig {
  readonly quotaBackendBytes: number;
  readonly snapshotCount: number;
  readonly heartbeatIntervalMs: number;
  readonly electionTimeoutMs: number;
  readonly extraArgs: ExtraArgs;
}

export interface ControlPlaneConfig {
  readonly apiServer: { readonly extraArgs: ExtraArgs };
  readonly controllerManager: { readonly extraArgs: ExtraArgs };
  readonly scheduler: { readonly extraArgs: ExtraArgs };
  readonly audit: {
    readonly enabled: boolean;
    readonly maxAgeDays: number;
    readonly maxBackups: number;
    readonly maxSizeMiB: number;
    /** Rules before Plinth's own; the first that fits a request decides. */
    readonly rules: readonly AuditRule[];
  };
  readonly externalCloudProvider: boolean;
}

export interface KubeletConfig {
  readonly maxPods: number;
  readonly systemReserved: Readonly<Record<string, string>>;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly evictionHard: Readonly<Record<string, string>>;
  readonly containerLogMaxSize: string;
  readonly containerLogMaxFiles: number;
  readonly extraArgs: ExtraArgs;
}

export interface RuntimeConfig {
  /** Registry mirrors: official registry name (`docker.io`, `*` for all) to base addresses, tried in order. */
  readonly registryMirrors: Readonly<Record<string, readonly string[]>>;
  /** PEM CA certificates by registry `host[:port]`. */
  readonly registryCas: Readonly<Record<string, string>>;
  /** On machines without CAP_SYS_RESOURCE, negative oom_score_adj must be left out. */
  readonly restrictOomScoreAdj: boolean;
}

export interface SshConfig {
  readonly privateKeyFile?: string;
  readonly agentSocket?: string;
  readonly knownHostsFile?: string;
  readonly connectTimeoutSeconds: number;
}

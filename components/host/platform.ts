import type { HostFacts, SurveyResult } from "../../provider/survey-api";
import type { Architecture } from "../catalogue/catalogue";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { canonicalAddress } from "../network/addresses";
import { ownResolvConf, resolvConf } from "./resolv-conf";

/** What the layers of a host depend on, derived from its facts. */
export interface HostPlatform {
  readonly architecture: Architecture;
  readonly cgroupVersion: 1 | 2;
  /** For kubelet and containerd alike. */
  readonly cgroupDriver: "cgroupfs" | "systemd";
  /** Path of the resolver configuration for pods that use the host's. */
  readonly resolvConf: string;
  /** Content of `/etc/kubernetes/resolv.conf` where the host's own cannot be used as it is; `resolvConf` names it then. */
  readonly resolvConfContent?: string;
  /** Interface that holds the host's internal address. */
  readonly networkInterface: string;
}

/** Bytes that a vxlan header takes from every packet. */
export const vxlanOverhead = 50;

/** The platforms of all hosts that the survey has facts of, by name. */
export function hostPlatforms(
  config: ClusterConfig,
  survey: SurveyResult,
): ReadonlyMap<string, HostPlatform> {
  return new Map(
    config.hosts.flatMap((host) => {
      const facts = survey.hosts[host.name]?.facts;
      return facts === undefined ? [] : [[host.name, hostPlatform(config, host, facts)] as const];
    }),
  );
}

/** The platform of one host; throws on facts that preflight refuses. */
export function hostPlatform(
  config: ClusterConfig,
  host: HostConfig,
  facts: HostFacts,
): HostPlatform {
  const { architecture, cgroupVersion } = facts;
  if (!isArchitecture(architecture)) {
    throw new Error(
      `host "${host.name}": got architecture ${architecture}, expected amd64 or arm64`,
    );
  }
  const networkInterface = internalInterface(host, facts);
  if (networkInterface === undefined) {
    throw new Error(`host "${host.name}": no interface has its address ${host.internalAddress}`);
  }
  const { path, content } = resolvConf(config, facts) ?? { path: ownResolvConf, content: "" };
  return {
    architecture,
    cgroupVersion,
    cgroupDriver: cgroupVersion === 2 ? "systemd" : "cgroupfs",
    resolvConf: path,
    ...(content === undefined ? {} : { resolvConfContent: content }),
    networkInterface,
  };
}

/** Whether binaries for an architecture exist. */
export function isArchitecture(architecture: string): architecture is Architecture {
  return architecture === "amd64" || architecture === "arm64";
}

/** The interface that holds the host's internal address. */
export function internalInterface(host: HostConfig, facts: HostFacts): string | undefined {
  return Object.entries(facts.addresses).find(([, addresses]) =>
    addresses.some((cidr) => addressOf(cidr) === canonicalAddress(host.internalAddress)),
  )?.[0];
}

/** All addresses of a host, on whatever interface. */
export function hostAddresses({ addresses }: HostFacts): readonly string[] {
  return Object.values(addresses).flat().map(addressOf);
}

/** The largest MTU that pods of a host can have: its interface's, less what the back end adds. */
export function maxPodMtu(
  config: ClusterConfig,
  host: HostConfig,
  facts: HostFacts,
): number | undefined {
  const mtu = facts.mtus[internalInterface(host, facts) ?? ""];
  const overhead = config.addons.flannel.backend === "vxlan" ? vxlanOverhead : 0;
  return mtu === undefined ? undefined : mtu - overhead;
}

function addressOf(cidr: string): string {
  const [address = ""] = cidr.split(/[/%]/);
  return canonicalAddress(address);
}

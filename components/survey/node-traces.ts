import type { HostFacts } from "../../provider/survey-api";
import { paths, podBridge } from "../host/paths";
import { networkCidr } from "../network/addresses";
import { registrationCount } from "../node/registration";

/** What a host remembers of the node that it has been. */
export interface NodeTraces {
  /** A kubelet has been set up. */
  readonly wasNode: boolean;
  readonly registrations: number | undefined;
  /** Networks that its pods have addresses of: what flannel took from the Node object, and the bridge's. */
  readonly podCidrs: readonly string[];
}

/** Files that the survey reads for it. */
export const nodeTraceFiles: readonly string[] = [paths.nodeRegistration, paths.flannelSubnet];

/** The traces of a node in a host's facts. */
export function nodeTraces({ layers, texts, addresses }: HostFacts): NodeTraces {
  const subnet = /^FLANNEL_SUBNET=(\S+)$/m.exec(texts[paths.flannelSubnet] ?? "")?.[1];
  const bridge = (addresses[podBridge] ?? []).filter((cidr) => cidr.includes("."));
  return {
    wasNode: layers.includes("node"),
    registrations: registrationCount(texts[paths.nodeRegistration]),
    podCidrs: [...(subnet === undefined ? [] : [subnet]), ...bridge].map(networkCidr),
  };
}

import type { ClusterConfig } from "../../config/model/cluster-config";
import type { HostConfig } from "../../config/model/host-config";
import { type BinarySources, catalogueBinaries } from "../../host/catalogue-binaries";
import type { LayerContent } from "../../host/host-layer";
import { paths, podBridge } from "../../host/paths";
import checkFlannel from "../scripts/check-flannel.sh";

const { cniBinaries, cniConfig } = paths;

/** What flannel's pods leave to the container runtime of one host, and what of them outlives them. */
export function flannelRuntimeContent(config: ClusterConfig, sources: BinarySources): LayerContent {
  return {
    files: {
      [`${cniConfig}/10-flannel.conflist`]: {
        content: flannelConflist(config),
        mode: "0644",
        owner: "root:root",
      },
    },
    binaries: catalogueBinaries(sources, "flannel-cni", ["flannel"], cniBinaries),
    dataDirectories: [paths.flannelRun],
    interfaces: [podBridge, "flannel.1"],
    gatewayRoutes: [config.network.podCidr],
    nftables: ["ip flannel-ipv4", "ip6 flannel-ipv6"],
    iptablesChains: ["FLANNEL-"],
  };
}

/** What has to hold of flannel's pod on a host, where there is one, before the node is done; it asks the API at a loopback port. */
export function flannelNodeContent(apiPort: number, host: HostConfig): LayerContent {
  const server = `https://127.0.0.1:${apiPort}`;
  return {
    ready: [
      {
        kind: "command",
        command: ["sh", "-c", checkFlannel, "check-flannel", server, host.name],
        deadlineSeconds: 90,
      },
    ],
  };
}

/**
 * As upstream: https://github.com/flannel-io/flannel/blob/master/Documentation/kube-flannel.yml;
 * flanneld writes the addresses to /run/flannel/subnet.env, and the MTU, which host-gw can't be told.
 */
function flannelConflist({ network: { mtu }, addons: { flannel } }: ClusterConfig): string {
  const ownMtu = mtu === undefined || flannel.backend !== "host-gw" ? {} : { mtu };
  const delegate = { hairpinMode: true, isDefaultGateway: true, ...ownMtu };
  const plugins = [
    { type: "flannel", delegate },
    { type: "portmap", capabilities: { portMappings: true } },
  ];
  return `${JSON.stringify({ cniVersion: "0.3.1", name: "cbr0", plugins }, null, 2)}\n`;
}

import { type BinarySources, catalogueBinaries } from "../../host/catalogue-binaries";
import type { LayerContent } from "../../host/host-layer";
import { paths } from "../../host/paths";

const { cniBinaries, cniConfig } = paths;

/** What flannel's pods leave to the container runtime of one host, and what of them outlives them. */
export function flannelRuntimeContent(sources: BinarySources): LayerContent {
  return {
    files: {
      [`${cniConfig}/10-flannel.conflist`]: {
        content: flannelConflist,
        mode: "0644",
        owner: "root:root",
      },
    },
    binaries: catalogueBinaries(sources, "flannel-cni", ["flannel"], cniBinaries),
    dataDirectories: [paths.flannelRun],
    interfaces: ["cni0", "flannel.1"],
    nftables: ["ip flannel-ipv4", "ip6 flannel-ipv6"],
    iptablesChains: ["FLANNEL-"],
  };
}

/** As upstream: https://github.com/flannel-io/flannel/blob/master/Documentation/kube-flannel.yml; flanneld writes the addresses to /run/flannel/subnet.env */
const flannelConflist = `${JSON.stringify(
  {
    cniVersion: "0.3.1",
    name: "cbr0",
    plugins: [
      { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  },
  null,
  2,
)}\n`;

import { flannelNetConf } from "../../../addons/network/flannel/objects";
import { runtimeContent } from "../../../components/node/kubelet-nodes";
import { clusterFixture } from "../../support/fakes/cluster-fixture";

type Backend = "vxlan" | "host-gw";

const conflist = "/etc/cni/net.d/10-flannel.conflist";

/** What flannel and its plugin are told of the MTU, where the stack config asks pods to have one. */
function mtus(backend: Backend, mtu: number | undefined): readonly unknown[] {
  const fixture = clusterFixture("ha");
  const { mtu: _, ...network } = fixture.config.network;
  const config = {
    ...fixture.config,
    network: mtu === undefined ? network : { ...network, mtu },
    addons: { ...fixture.config.addons, flannel: { backend } },
  };
  const worker = config.hosts.find(({ name }) => name === "w1")!;
  const { files } = runtimeContent({ ...fixture, config }, worker);
  const netConf = JSON.parse(flannelNetConf(config)) as { Backend: { MTU?: number } };
  const { plugins } = JSON.parse(files[conflist]?.content ?? "") as {
    plugins: readonly { delegate?: { mtu?: number } }[];
  };
  return [netConf.Backend.MTU, plugins[0]?.delegate?.mtu];
}

// flannel v0.28.9: pkg/backend/vxlan/vxlan_network.go subtracts the header from what it is told,
// pkg/backend/hostgw/hostgw.go takes that of the interface
test.each<[Backend, number | undefined, readonly unknown[]]>([
  ["vxlan", 1400, [1450, undefined]],
  ["vxlan", undefined, [undefined, undefined]],
  ["host-gw", 1400, [undefined, 1400]],
  ["host-gw", undefined, [undefined, undefined]],
])("with %s, pods get the MTU %p of the stack config, whatever is added to packets", (...row) => {
  const [backend, mtu, told] = row;
  expect(mtus(backend, mtu)).toEqual(told);
});

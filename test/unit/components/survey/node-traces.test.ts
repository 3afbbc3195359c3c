import { nodeTraces } from "../../../../components/survey/node-traces";
import { registrationCount } from "../../../../components/node/registration";
import { hostFacts } from "../../../support/fakes/host-facts";

test("a host remembers the networks of its pods and how often it was registered", () => {
  const subnet = "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.3.1/24\nFLANNEL_MTU=1450\n";
  const facts = hostFacts("w1", "10.0.0.21", {
    layers: ["node", "runtime"],
    texts: { "/run/flannel/subnet.env": subnet, "/var/lib/kubelet/registration": "7\n" },
    addresses: { eth0: ["10.0.0.21/24"], cni0: ["10.244.2.1/24", "fe80::1/64"] },
  });
  expect(nodeTraces(facts)).toEqual({
    wasNode: true,
    registrations: 7,
    podCidrs: ["10.244.3.0/24", "10.244.2.0/24"],
  });
});

test("a fresh host has no traces of a node", () => {
  const facts = hostFacts("w1", "10.0.0.21", {});
  expect(nodeTraces(facts)).toEqual({ wasNode: false, registrations: undefined, podCidrs: [] });
});

test.each([
  ["1\n", 1],
  ["12", 12],
  ["0\n", undefined],
  ["x1\n", undefined],
  ["1 2\n", undefined],
  ["", undefined],
  [undefined, undefined],
])("of the text %j the count is %j", (text, count) => {
  expect(registrationCount(text)).toBe(count);
});

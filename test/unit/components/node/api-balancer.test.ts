import { apiBalancerContent, nodeApiPort } from "../../../../components/node/api-balancer";
import { parsed, set } from "../../../support/fakes/config-input";

const host = (...roles: readonly string[]) => ({ address: "10.1.0.1", roles });
const worker = { address: "10.1.0.11", roles: ["worker"] };

test.each([
  ["many hosts", {}, 7445],
  ["a control plane and a worker", { cp1: host("etcd", "control-plane"), w1: worker }, 7445],
  [
    "a control plane that is no node and a worker",
    { cp1: { ...host("etcd", "control-plane"), node: false }, w1: worker },
    7445,
  ],
  ["one host", { solo: host("etcd", "control-plane", "worker") }, 6443],
  [
    "one node, and etcd elsewhere",
    { solo: host("control-plane", "worker"), e1: { address: "10.1.0.31", roles: ["etcd"] } },
    6443,
  ],
])("nodes of a cluster of %s reach the API on one port, %j", (_, hosts, port) => {
  const config = parsed(Object.keys(hosts).length === 0 ? undefined : set("hosts", hosts));
  expect(nodeApiPort(config)).toBe(port);
  // whoever listens there
  const file = apiBalancerContent(config).files?.["/etc/kubernetes/balancer/haproxy.cfg"];
  expect(/^ {2}bind (.*)$/m.exec(file?.content ?? "")?.[1]).toBe(
    port === config.api.port ? undefined : `127.0.0.1:${port}`,
  );
});

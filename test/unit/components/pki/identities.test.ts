import { registry } from "../../../../addons/registry";
import { clusterConfig } from "../../../../components/config/cluster-config";
import {
  clusterIdentities,
  hostIdentities,
  type Identity,
} from "../../../../components/pki/identities";
import { clusterFixture, clusterInput } from "../../../support/fakes/cluster-fixture";

const { config } = clusterFixture("own-etcd");
/** A cluster without monitoring. */
const { config: plain } = clusterFixture("ha");

function identitiesOf(host: string, of = config): Readonly<Record<string, Identity>> {
  const found = of.hosts.find(({ name }) => name === host);
  if (found === undefined) throw new Error(`the fixture has no host "${host}"`);
  return Object.fromEntries(hostIdentities(of, found, []).map((each) => [each.name, each]));
}

// https://kubernetes.io/docs/setup/best-practices/certificates/
test.each([
  ["admin", "cluster", "kubernetes-admin", "system:masters"],
  ["controller-manager", "cluster", "system:kube-controller-manager", undefined],
  ["scheduler", "cluster", "system:kube-scheduler", undefined],
  ["kube-proxy", "cluster", "system:kube-proxy", undefined],
  ["apiserver-kubelet-client", "cluster", "kube-apiserver-kubelet-client", undefined],
  ["apiserver-etcd-client", "etcd", "kube-apiserver-etcd-client", undefined],
  ["front-proxy-client", "front-proxy", "front-proxy-client", undefined],
] as const)("%s is a client that the %s CA vouches for", (name, signer, commonName, group) => {
  expect(clusterIdentities(plain).find((identity) => identity.name === name)).toEqual({
    name,
    signer,
    commonName,
    ...(group === undefined ? {} : { organization: group }),
    client: true,
    server: false,
    dnsNames: [],
    ipAddresses: [],
  });
});

test.each([
  ["e1", ["etcd-peer-e1", "etcd-server-e1"]],
  ["c1", ["apiserver-c1"]],
  ["w1", ["kubelet-w1"]],
])("%s has the identities of its roles and no others", (host, names) => {
  expect(Object.keys(identitiesOf(host)).sort()).toEqual(names);
});

test("an etcd member is server and client in one, under the etcd CA", () => {
  for (const identity of Object.values(identitiesOf("e1"))) {
    expect(identity).toMatchObject({
      signer: "etcd",
      commonName: "e1",
      server: true,
      client: true,
    });
    expect(identity.ipAddresses).toEqual(["10.1.0.31", "127.0.0.1"]);
  }
});

test("of a host that had another address, only etcd's certificates are good for that, too", () => {
  const host = plain.hosts.find(({ name }) => name === "cp1")!;
  const identities = hostIdentities(plain, host, ["10.9.0.1"]);
  const names = identities.filter(({ ipAddresses }) => ipAddresses.includes("10.9.0.1"));
  expect(names.map(({ name }) => name)).toEqual(["etcd-server-cp1", "etcd-peer-cp1"]);
});

test("a kubelet is known to the node authorizer and serves under its own names", () => {
  expect(identitiesOf("w1")["kubelet-w1"]).toMatchObject({
    commonName: "system:node:w1",
    organization: "system:nodes",
    server: true,
    client: true,
    dnsNames: ["w1"],
    ipAddresses: ["10.1.0.21"],
  });
});

test("the API server's certificate holds every name and address that clients use", () => {
  const { dnsNames, ipAddresses } = identitiesOf("c1")["apiserver-c1"]!;
  expect(dnsNames).toEqual(
    expect.arrayContaining([
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.corp.example",
      "api.example.org",
      "localhost",
    ]),
  );
  expect([...ipAddresses].sort()).toEqual(
    [
      ...["10.1.0.11", "127.0.0.1"],
      ...[config.network.apiServiceIp, "10.1.0.10", "198.51.100.7"],
    ].sort(),
  );
});

test.each([
  ["k8s.example.org:6443", "dnsNames", "k8s.example.org"],
  ["198.51.100.9:443", "ipAddresses", "198.51.100.9"],
  ["[2001:db8::9]:443", "ipAddresses", "2001:db8::9"],
] as const)("the external endpoint %s is in it without its port", (external, key, name) => {
  const { vip: _, ...api } = clusterInput("own-etcd").api as Record<string, unknown>;
  const input = { ...clusterInput("own-etcd"), api: { ...api, external } };
  const names = identitiesOf("c1", clusterConfig(input, "test.yaml", registry))["apiserver-c1"]![
    key
  ];
  expect(names).toContain(name);
});

import { registry } from "../../../../addons/registry";
import { clusterConfig } from "../../../../components/config/cluster-config";
import { hostPlatform, hostPlatforms, maxPodMtu } from "../../../../components/host/platform";
import { ownResolvConf } from "../../../../components/host/resolv-conf";
import type { HostFacts } from "../../../../provider/survey-api";
import { hostFacts } from "../../../support/fakes/host-facts";

const environment = { home: "/home/ops", workingDirectory: "/project" };
const address = "10.1.0.1";

function config(addons: object = {}) {
  const hosts = { a: { address, roles: ["etcd", "control-plane", "worker"] } };
  const input = { name: "prod", kubernetesVersion: "1.36.4", hosts, addons };
  return clusterConfig(input, "Pulumi.prod.yaml", registry, environment);
}

function platform(changes: Partial<HostFacts>, addons: object = {}) {
  const settings = config(addons);
  const [host] = settings.hosts;
  if (host === undefined) throw new Error("the config has a host");
  return hostPlatform(settings, host, hostFacts("a", address, changes));
}

test.each([
  [2, "systemd"],
  [1, "cgroupfs"],
] as const)("cgroup v%i is driven by %s", (cgroupVersion, cgroupDriver) => {
  expect(platform({ cgroupVersion })).toMatchObject({ cgroupVersion, cgroupDriver });
});

const four = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];
const resolved = "/run/systemd/resolve/resolv.conf";
const firstThree =
  "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch example.org\n";

interface Resolver {
  readonly why: string;
  readonly facts: Partial<HostFacts>;
  readonly upstream?: readonly string[];
  readonly path: string;
  readonly content?: string;
}

const resolvers: readonly Resolver[] = [
  { why: "the host's own", facts: {}, path: "/etc/resolv.conf" },
  {
    why: "the host's own although systemd-resolved has one",
    facts: { nameservers: ["10.0.0.1"], resolvedNameservers: ["10.0.0.2"] },
    path: "/etc/resolv.conf",
  },
  {
    why: "systemd-resolved's behind a stub",
    facts: { nameservers: ["127.0.0.53"], resolvedNameservers: ["10.0.0.1"] },
    path: resolved,
  },
  {
    why: "the first three of four",
    facts: { nameservers: four },
    path: ownResolvConf,
    content: firstThree,
  },
  {
    why: "the first three of four behind a stub",
    facts: { nameservers: ["127.0.0.53"], resolvedNameservers: four },
    path: ownResolvConf,
    content: firstThree,
  },
  {
    why: "the rest beside a loopback address",
    facts: { nameservers: ["::1", "10.0.0.1"], searchDomains: [] },
    path: ownResolvConf,
    content: "nameserver 10.0.0.1\n",
  },
  {
    why: "CoreDNS's upstreams where the host has none",
    facts: { nameservers: [], searchDomains: [] },
    upstream: ["9.9.9.9"],
    path: ownResolvConf,
    content: "nameserver 9.9.9.9\n",
  },
];

test.each(resolvers)("pods resolve with $why", ({ facts, upstream, path, content }) => {
  const addons = upstream === undefined ? {} : { coredns: { upstreamNameservers: upstream } };
  const { resolvConf, resolvConfContent } = platform(facts, addons);
  expect([resolvConf, resolvConfContent]).toEqual([path, content]);
});

test("the network interface is the one with the internal address", () => {
  const addresses = { eth0: ["192.0.2.1/24"], eth1: ["10.1.0.10/24", "10.1.0.1/24"] };
  expect(platform({ addresses }).networkInterface).toBe("eth1");
});

test.each([
  ["vxlan", 1450],
  ["host-gw", 1500],
] as const)("%s leaves an MTU of %i to pods", (backend, expected) => {
  const settings = config({ flannel: { backend } });
  const host = settings.hosts[0];
  expect(host && maxPodMtu(settings, host, hostFacts("a", address))).toBe(expected);
});

test("hosts without facts have no platform", () => {
  expect([...hostPlatforms(config(), { hosts: { a: { error: "gone" } } }).keys()]).toEqual([]);
  const survey = { hosts: { a: { facts: hostFacts("a", address) } } };
  expect([...hostPlatforms(config(), survey).keys()]).toEqual(["a"]);
});

test("facts that preflight refuses make no platform", () => {
  expect(() => platform({ architecture: "mips" })).toThrow(
    'host "a": got architecture mips, expected amd64 or arm64',
  );
  expect(() => platform({ addresses: {} })).toThrow(
    'host "a": no interface has its address 10.1.0.1',
  );
});

import { registry } from "../../../../addons/registry";
import { clusterConfig } from "../../../../components/config/cluster-config";
import { nearMiss } from "../../../../text/near-miss";
import { environment, file, problems, set, without } from "../../../support/fakes/config-input";

const whole = (minimum: number, maximum: number) => `a whole number from ${minimum} to ${maximum}`;

const label =
  "a name of at most 63 lower-case letters, digits and dashes, with no dash at either end";

const single: readonly (readonly [string, unknown, string])[] = [
  ["name", "Prod", `.name: got "Prod", expected ${label}`],
  [
    "domain",
    "a..b",
    '.domain: got "a..b", expected a DNS name in lower case such as cluster.local',
  ],
  [
    "kubernetesVersion",
    1.36,
    ".kubernetesVersion: got 1.36, expected a release as major.minor.patch, such as 1.36.4",
  ],
  [
    "kubernetesVersion",
    "1.34.9",
    '.kubernetesVersion: got "1.34.9", expected a release of 1.36.x or 1.35.x',
  ],
  ["kubernetes", "1.36.4", ".kubernetes: unknown key, expected one of name, domain"],
  ["hosts.cp1.adress", "10.1.0.1", ".hosts.cp1.adress: unknown key, did you mean address?"],
  ["network.pod-cidr", "10.0.0.0/8", ".network.pod-cidr: unknown key, did you mean podCidr?"],
  [
    "hosts.CP4",
    { address: "10.1.0.4", roles: ["etcd"] },
    `.hosts.CP4: got the name "CP4", expected ${label}`,
  ],
  [
    "hosts.cp1.address",
    "10.1.0.256",
    '.hosts.cp1.address: got "10.1.0.256", expected an IP address or a DNS name in lower case',
  ],
  [
    "hosts.cp1.roles",
    ["control-plan"],
    '.hosts.cp1.roles[0]: got "control-plan", expected one of etcd, control-plane, worker; did you mean control-plane?',
  ],
  [
    "hosts.cp1.roles",
    [],
    ".hosts.cp1.roles: got [], expected a list of roles: etcd, control-plane, worker",
  ],
  [
    "addons.monitoring.storage.size",
    "8GB",
    '.addons.monitoring.storage.size: got "8GB", expected a size such as "512Mi" or "8Gi"',
  ],
  [
    "addons.monitoring.retension",
    {},
    ".addons.monitoring.retension: unknown key, did you mean retention?",
  ],
  [
    "addons.monitoring",
    { enabled: true, retention: { size: "8Gi" } },
    '.addons.monitoring.retention.size: got "8Gi", expected at most 7372Mi, nine tenths of storage.size 8Gi',
  ],
  [
    "addons.storageClasses",
    { fast: { type: "local-path", path: "data" } },
    '.addons.storageClasses.fast.path: got "data", expected an absolute path on the nodes of two or more parts, such as /var/lib/local-path',
  ],
  [
    "addons.storageClasses",
    { fast: { type: "local-paht" } },
    '.addons.storageClasses.fast.type: got "local-paht", expected one of local-path; did you mean local-path?',
  ],
  [
    "addons.storageClasses",
    { b: { type: "local-path", default: true }, a: { type: "local-path", default: true } },
    ".addons.storageClasses.b.default: got true, expected one default class, and a is it",
  ],
  [
    "addons.metallb",
    { pools: { a: { addresses: ["192.0.2.9-192.0.2.1"] } } },
    '.addons.metallb.pools.a.addresses[0]: got "192.0.2.9-192.0.2.1", expected a range such as 192.0.2.10-192.0.2.19, or a network such as 192.0.2.16/28',
  ],
  [
    "addons.metallb",
    { pools: { a: { addresses: ["192.0.2.1-192.0.2.9"] }, b: { addresses: ["192.0.2.8/29"] } } },
    '.addons.metallb.pools.b.addresses[0]: got "192.0.2.8/29", expected addresses that nobody else has, 192.0.2.1-192.0.2.9 belongs to addons.metallb.pools.a',
  ],
  [
    "addons.metallb",
    { pools: { a: { addresses: ["10.1.0.11-10.1.0.14"] } } },
    '.addons.metallb.pools.a.addresses[0]: got "10.1.0.11-10.1.0.14", expected addresses that nobody else has, 10.1.0.11 belongs to the host w1',
  ],
  [
    "addons.metallb",
    { pools: { a: { addresses: ["10.96.3.0/24"] } } },
    '.addons.metallb.pools.a.addresses[0]: got "10.96.3.0/24", expected addresses that nobody else has, 10.96.0.0/16 belongs to network.serviceCidr',
  ],
  [
    "addons.metallb",
    { pools: { a: { addresses: ["192.0.2.8/29"], announce: "bgp" } } },
    '.addons.metallb.pools.a.announce: got "bgp", expected addons.metallb.bgp with one peer or more, or layer2',
  ],
  ["hosts.cp1.port", "22", `.hosts.cp1.port: got "22", expected ${whole(1, 65535)}`],
  [
    "hosts.w1.taints",
    ["gpu"],
    '.hosts.w1.taints[0]: got "gpu", expected key[=value]:effect with the effect NoSchedule, PreferNoSchedule or NoExecute',
  ],
  [
    "hosts.w1.labels",
    { "a b": "c" },
    '.hosts.w1.labels["a b"]: got the name "a b", expected a label such as example.org/rack',
  ],
  [
    "hosts.w1.node",
    false,
    ".hosts.w1.node: got false, expected true, because the host has the role worker",
  ],
  [
    "hosts.cp1.hostKey",
    "AAAA",
    '.hosts.cp1.hostKey: got "AAAA", expected a public key such as `ssh-ed25519 AAAA…`',
  ],
  [
    "hosts.w1.address",
    "10.1.0.1",
    '.hosts.w1.address: got "10.1.0.1", expected an address of its own, host cp1 has this one',
  ],
  [
    "hosts.w1.internalAddress",
    "10.1.0.1",
    '.hosts.w1.internalAddress: got "10.1.0.1", expected an address of its own, host cp1 has this one',
  ],
  [
    "hosts.w1.address",
    "w1.example.org",
    ".hosts.w1.internalAddress: missing, expected an IP address, because w1.example.org is a name",
  ],
  [
    "hosts.w1.address",
    "10.244.3.4",
    '.hosts.w1.address: got "10.244.3.4", expected an address outside of podCidr 10.244.0.0/16',
  ],
  [
    "hosts.w1.internalAddress",
    "10.96.0.9",
    '.hosts.w1.internalAddress: got "10.96.0.9", expected an address outside of serviceCidr 10.96.0.0/16',
  ],
  [
    "hosts.w1.address",
    "fd00::1",
    '.hosts.w1.address: got "fd00::1", expected an IPv4 address, IPv6 is not supported yet',
  ],
  [
    "lost",
    ["w9", "w1"],
    '.lost[1]: got "w1", expected a name that is not under hosts: take its entry there away, or keep the host',
  ],
  [
    "network.podCidr",
    "10.244.0.1/16",
    '.network.podCidr: got "10.244.0.1/16", expected a network address with its prefix, such as 10.0.0.0/16',
  ],
  [
    "network.serviceCidr",
    "10.244.128.0/20",
    '.network.serviceCidr: got "10.244.128.0/20", expected no overlap with podCidr 10.244.0.0/16',
  ],
  [
    "network.serviceCidr",
    "10.96.0.0/29",
    '.network.serviceCidr: got "10.96.0.0/29", expected a prefix from /12 to /28',
  ],
  [
    "network.serviceCidr",
    "fd00::/112",
    '.network.serviceCidr: got "fd00::/112", expected an IPv4 network, IPv6 is not supported yet',
  ],
  [
    "network.podCidr",
    "fd01::/48",
    '.network.podCidr: got "fd01::/48", expected an IPv4 network, IPv6 is not supported yet',
  ],
  [
    "network.nodeCidrMaskSize",
    15,
    ".network.nodeCidrMaskSize: got 15, expected a prefix length from 16 to 30, which podCidr 10.244.0.0/16 allows",
  ],
  [
    "network.nodeCidrMaskSize",
    18,
    ".network.nodeCidrMaskSize: got 18, expected a longer prefix or a larger podCidr: 10.244.0.0/16 has room for 4 of 6 nodes",
  ],
  [
    "api.vip",
    { address: "10.1.0.2" },
    '.api.vip.address: got "10.1.0.2", expected an address that no host has, this one is cp2\'s',
  ],
  [
    "api.vip",
    { address: "fd00::9" },
    '.api.vip.address: got "fd00::9", expected an IPv4 address, IPv6 is not supported yet',
  ],
  [
    "api.vip",
    { address: "10.244.0.9" },
    '.api.vip.address: got "10.244.0.9", expected an address outside of podCidr 10.244.0.0/16',
  ],
  [
    "api.external",
    "k8s.example.org",
    '.api.external: got "k8s.example.org", expected host:port, such as k8s.example.org:6443',
  ],
  ["api.port", 10250, ".api.port: got 10250, expected another port, this one is for the kubelet"],
  [
    "etcd.electionTimeoutMs",
    400,
    ".etcd.electionTimeoutMs: got 400, expected at least 500, five times heartbeatIntervalMs",
  ],
  [
    "pki.renewalWindowHours",
    8760,
    ".pki.renewalWindowHours: got 8760, expected less than leafValidityHours 8760",
  ],
  [
    "pki.caValidityHours",
    24,
    ".pki.leafValidityHours: got 8760, expected at most caValidityHours 24",
  ],
  [
    "controlPlane.audit.rules",
    [{ level: "All" }],
    '.controlPlane.audit.rules[0].level: got "All", expected one of None, Metadata, Request, RequestResponse',
  ],
  [
    "controlPlane.audit.rules",
    [{ level: "None", user: ["a"] }],
    ".controlPlane.audit.rules[0].user: unknown key, did you mean users?",
  ],
  [
    "sysctls",
    { swappiness: 10 },
    '.sysctls.swappiness: got the name "swappiness", expected the name of a kernel parameter such as vm.max_map_count',
  ],
  [
    "sysctls",
    { "vm.swappiness": true },
    '.sysctls["vm.swappiness"]: got true, expected the value as text or a number',
  ],
  [
    "sysctls",
    { "net.ipv4.ip_forward": 0 },
    '.sysctls["net.ipv4.ip_forward"]: got "0", expected 1, which every node needs',
  ],
  [
    "kubelet.systemReserved",
    { memory: "100MB" },
    '.kubelet.systemReserved.memory: got "100MB", expected an amount such as "100Mi" or "50m"',
  ],
  [
    "kubelet.evictionHard",
    { "memory.available": "full" },
    '.kubelet.evictionHard["memory.available"]: got "full", expected an amount such as "100Mi" or a share such as "10%"',
  ],
  [
    "kubelet.extraArgs",
    { "--v": 4 },
    '.kubelet.extraArgs.--v: got the name "--v", expected the name of a flag in lower case without its leading dashes',
  ],
  [
    "runtime.registryMirrors",
    { "docker.io": ["mirror.example.org"] },
    '.runtime.registryMirrors["docker.io"][0]: got "mirror.example.org", expected an http:// or https:// address',
  ],
  [
    "runtime.registryCas",
    { "r.example.org": "/ca.pem" },
    '.runtime.registryCas["r.example.org"]: got "/ca.pem", expected PEM text that begins with -----BEGIN CERTIFICATE-----',
  ],
  [
    "artifacts.mirror",
    "mirror",
    '.artifacts.mirror: got "mirror", expected an http:// or https:// address',
  ],
  ["kubeProxy.mode", "ipvs", '.kubeProxy.mode: got "ipvs", expected one of nftables, iptables'],
  [
    "addons.flannel.backend",
    "vxlans",
    '.addons.flannel.backend: got "vxlans", expected one of vxlan, host-gw; did you mean vxlan?',
  ],
  ["ssh.user", "", '.ssh.user: got "", expected text'],
  ["api.external", "k8s.example.org:0", "expected host:port, such as k8s.example.org:6443"],
  ["api.external", "a b:6443", "expected host:port, such as k8s.example.org:6443"],
  ["artifacts.mirror", "http://m/?a=b", "expected an http:// or https:// address"],
  ["artifacts.mirror", "ftp://m", "expected an http:// or https:// address"],
  ["ssh.knownHostsFile", "", '.ssh.knownHostsFile: got "", expected a path'],
  ["hosts", ["10.1.0.1"], '.hosts: got ["10.1.0.1"], expected hosts by name'],
];

test.each(single)(
  "%s: %j is told with its place, value and what was expected",
  (path, value, line) => {
    const found = problems(set(path, value));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(line);
  },
);

test("one error lists the problems of single values and those between values", () => {
  const found = problems((input) => {
    set("hosts.cp1.adress", "x")(input);
    set("hosts.w1.address", "10.1.0.2")(input);
    set("hosts.w2.port", "a")(input);
    set("etcd.electionTimeoutMs", 100)(input);
    without("name")(input);
  });
  expect(found).toEqual([
    `.name: missing, expected ${label}`,
    ".hosts.cp1.adress: unknown key, did you mean address?",
    `.hosts.w2.port: got "a", expected ${whole(1, 65535)}`,
    '.hosts.w1.address: got "10.1.0.2", expected an address of its own, host cp2 has this one',
    ".etcd.electionTimeoutMs: got 100, expected at least 500, five times heartbeatIntervalMs",
  ]);
});

test("a host that does not parse causes no further problems elsewhere", () => {
  const change = set("hosts", { cp1: { adress: "10.1.0.1", roles: ["etcd", "control-plane"] } });
  expect(problems(change)).toEqual([
    ".hosts.cp1.address: missing, expected an IP address or a DNS name in lower case",
    ".hosts.cp1.adress: unknown key, did you mean address?",
  ]);
});

test.each([
  ["nothing", undefined, `${file}: plinth:cluster: missing, expected a map of keys`],
  ["text", "prod", `${file}: plinth:cluster: got "prod", expected a map of keys`],
])("a config that is %s is told so", (_, raw, message) => {
  expect(() => clusterConfig(raw, file, registry, environment)).toThrow(new Error(message));
});

test.each([
  ["etcd", ".hosts: no host has the role etcd, expected at least one"],
  ["control-plane", ".hosts: no host has the role control-plane, expected at least one"],
])("a cluster without the role %s is refused", (role, line) => {
  const others = ["etcd", "control-plane"].filter((other) => other !== role);
  expect(problems(set("hosts", { a: { address: "10.1.0.1", roles: others } }))).toEqual([line]);
});

test.each([
  ["adress", "address"],
  ["podCIDR", "podCidr"],
  ["pod_cidr", "podCidr"],
  ["nmae", "name"],
  ["nam", "name"],
  ["nxy", undefined],
  ["completely", undefined],
])("%s is near %s", (word, expected) => {
  expect(nearMiss(word, ["address", "podCidr", "name", "serviceCidr"])).toBe(expected);
});

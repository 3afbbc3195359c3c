import { Leases } from "../../../../provider/lease/lease";
import { processNames } from "../../../../provider/lease/process-names";
import type { HostFacts } from "../../../../provider/survey-api";
import { hostFacts } from "../../../../provider/survey/survey-facts";

type Context = Parameters<typeof hostFacts>[1];

/** The facts in sections of lines, as a survey by root prints them. */
function facts(
  sections: Readonly<Record<string, readonly string[]>>,
  parts: Partial<Context> = {},
): HostFacts {
  const output = Object.entries(sections).map(([name, lines]) =>
    ["", `@${name}`, ...lines, ""].join("\n"),
  );
  const context = { sentAt: 0, user: "root", unprivileged: false, leases: new Leases() };
  return hostFacts(output.join(""), { ...context, ...parts });
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("a host that says nothing is one without anything, and no surprise", () => {
  expect(facts({})).toEqual({
    hostname: "",
    machineId: "",
    distribution: "",
    distributionVersion: "",
    architecture: "",
    kernel: "",
    cgroupVersion: 1,
    systemdVersion: 0,
    cpus: 0,
    memoryMiB: 0,
    freeDiskMiB: {},
    swapMiB: 0,
    clockOffsetMs: 0,
    addresses: {},
    mtus: {},
    nameservers: [],
    searchDomains: [],
    listening: [],
    modules: [],
    commands: [],
    paths: [],
    texts: {},
    probes: {},
    layers: [],
    privilege: "none",
  });
});

describe("what a machine is", () => {
  const ids = [
    "hostname=cp1",
    "machine=f00d",
    "architecture=aarch64",
    "kernel=6.1.0-13-arm64",
    "cpus=4",
    "uid=0",
    "init=systemd",
    "systemd=252",
    "cgroup=cgroup2fs",
  ];

  test("its names, architecture, kernel, processors and systemd", () => {
    const release = ["NAME=x", 'ID="debian"', "VERSION_ID=12", 'PRETTY_NAME="a = b"'];
    expect(facts({ ids, "os-release": release })).toMatchObject({
      hostname: "cp1",
      machineId: "f00d",
      architecture: "arm64",
      kernel: "6.1.0-13-arm64",
      cpus: 4,
      systemdVersion: 252,
      cgroupVersion: 2,
      distribution: "debian",
      distributionVersion: "12",
    });
  });

  test.each([
    ["x86_64", "amd64"],
    ["riscv64", "riscv64"],
  ])("%s is called %s, as downloads call it", (said, architecture) => {
    expect(facts({ ids: [`architecture=${said}`] })).toMatchObject({ architecture });
  });

  test("systemd counts only where it runs the host, not where it is just installed", () => {
    const found = facts({ ids: ["init=busybox", "systemd=252", "cgroup=tmpfs"] });
    expect(found).toMatchObject({ systemdVersion: 0, cgroupVersion: 1 });
  });

  test.each<[string, string, string, HostFacts["privilege"]]>([
    ["root", "0", "root", "root"],
    ["somebody who became root", "0", "ops", "sudo"],
    ["somebody who did not", "1000", "ops", "none"],
  ])("the login is that of %s", (_, uid, user, privilege) => {
    expect(facts({ ids: [`uid=${uid}`] }, { user })).toMatchObject({ privilege });
  });
});

describe("memory", () => {
  const meminfo = ["MemTotal:        2048999 kB", "SwapTotal:       1048576 kB"];
  test.each<[string, string[], number]>([
    ["is the machine's", [], 2000],
    ["is what a container may use of it", ["1073741824"], 1024],
    ["is the lowest of all limits", ["1073741824", "536870912", "805306368"], 512],
    ["is the machine's where limits are higher", ["4294967296"], 2000],
    ["is the machine's where nothing is limited", ["max", "0"], 2000],
  ])("%s", (_, limits, memoryMiB) => {
    const found = facts({ meminfo, "memory-limits": limits });
    expect(found).toMatchObject({ memoryMiB, swapMiB: 1024 });
  });
});

test("free space is told by the paths asked for, from the last line of each", () => {
  const header = "Filesystem     1048576-blocks  Used Available Capacity Mounted on";
  const found = facts({
    "disk /var/lib/etcd": [header, "/dev/vda1              20000  5000     15000      25% /"],
    "disk /mnt/a b": [header, "/dev/vdb1                 10     3         7      30% /mnt/a b", ""],
    "disk /nowhere": [],
  });
  expect(found.freeDiskMiB).toEqual({ "/var/lib/etcd": 15000, "/mnt/a b": 7, "/nowhere": 0 });
});

test("a clock is off by what it says later than the question was sent", () => {
  const found = facts({ time: ["1700000001500000000"] }, { sentAt: 1_700_000_000_000 });
  expect(found.clockOffsetMs).toBe(1500);
});

describe("the network", () => {
  const links = [
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN",
    "2: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP",
    "12: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue",
    "garbage mtu 9000",
  ];
  const addresses = [
    "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever",
    "2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0",
    "12: eth0@if9    inet6 fd00::1/64 scope global",
    "garbage inet 10.9.9.9/8",
  ];

  test("has interfaces with their MTU and addresses", () => {
    const found = facts({ links, addresses });
    expect(found.mtus).toEqual({ lo: 65536, eth0: 1450, wg0: 1420 });
    expect(found.addresses).toEqual({
      lo: ["127.0.0.1/8"],
      eth0: ["10.0.0.1/24", "fd00::1/64"],
    });
  });

  test.each<[string, string[], HostFacts["defaultInterface"]]>([
    [
      "of the first default route, with its MTU",
      ["default via 10.0.0.254 dev eth0 proto dhcp", "default via fe80::1 dev wg0"],
      { name: "eth0", mtu: 1450 },
    ],
    ["of which the MTU is not known", ["default dev ppp0"], { name: "ppp0", mtu: 0 }],
    ["that is missing without a default route", [], undefined],
  ])("has a default interface %s", (_, routes, expected) => {
    expect(facts({ links, routes }).defaultInterface).toEqual(expected);
  });

  test("has the nameservers and search domains of resolv.conf", () => {
    const resolv = [
      "# nameserver 9.9.9.9",
      "nameserver 127.0.0.53",
      "nameserver \t10.0.0.2 # comment",
      "search  corp.example  example.org",
      "domain old.example",
      "options ndots:5",
      "research x",
    ];
    const found = facts({ resolv });
    expect(found.nameservers).toEqual(["127.0.0.53", "10.0.0.2"]);
    expect(found.searchDomains).toEqual(["corp.example", "example.org", "old.example"]);
    expect(found).not.toHaveProperty("resolvedNameservers");
  });

  test("has those of systemd-resolved, too, where it runs", () => {
    const resolved = ["nameserver 10.0.0.2", "search ."];
    expect(facts({ resolved }).resolvedNameservers).toEqual(["10.0.0.2"]);
  });
});

describe("listening sockets", () => {
  test("carry their process and unit", () => {
    const socket = 'LISTEN 0 128 [::]:6443 [::]:* users:(("kube-apiserver",pid=7,fd=3))';
    const { listening } = facts({
      listening: [socket, "/proc/7/cgroup:0::/system.slice/kube-apiserver.service"],
    });
    expect(listening).toEqual([
      { port: 6443, address: "::", process: "kube-apiserver", unit: "kube-apiserver.service" },
    ]);
  });

  test("are told as far as they are known, one by one", () => {
    const { listening } = facts({
      listening: [
        "LISTEN   10     4096       127.0.0.1:10248     0.0.0.0:*    ",
        'LISTEN 0 5 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1209,fd=3),("systemd",pid=1,fd=8))',
        'LISTEN 0 5 10.0.0.1:80 0.0.0.0:* users:(("nginx",pid=12,fd=3))',
        "ESTAB 0 5 10.0.0.1:81 10.0.0.2:3 ",
        "/proc/1209/cgroup:0::/system.slice/ssh.socket/x",
        "/proc/12/cgroup:0::/user.slice/user-0.slice/session-1.scope",
        "/proc/120/cgroup:0::/system.slice/other.service",
      ],
    });
    expect(listening).toEqual([
      { port: 10248, address: "127.0.0.1", process: "" },
      { port: 22, address: "0.0.0.0", process: "sshd", unit: "ssh.socket" },
      { port: 80, address: "10.0.0.1", process: "nginx" },
    ]);
  });
});

test("what was asked for is told as it was found", () => {
  const found = facts({
    modules: ["br_netfilter", ""],
    commands: ["curl"],
    paths: ["/etc/rancher", "/var/lib/x y"],
    texts: [`/etc/a b\t${base64("line one\nline two: ü\n")}`, "/etc/empty\t"],
    probes: [`etcd\t0\t${base64('{"a":1}')}`, "other\t124\t"],
    layers: ["etcd.json", "node.json", "node.binaries", "x.json.old"],
  });
  expect(found).toMatchObject({
    modules: ["br_netfilter"],
    commands: ["curl"],
    paths: ["/etc/rancher", "/var/lib/x y"],
    texts: { "/etc/a b": "line one\nline two: ü\n", "/etc/empty": "" },
    probes: { etcd: { status: 0, output: '{"a":1}' }, other: { status: 124, output: "" } },
    layers: ["etcd", "node"],
  });
});

describe("whose a host is", () => {
  test("its marker says, be it in one line or in several", () => {
    expect(facts({ marker: ["{", '"cluster": "c",', '"host": "cp1"', "}"] }).owner).toEqual({
      cluster: "c",
      host: "cp1",
    });
    expect(facts({ marker: [""] })).not.toHaveProperty("owner");
  });

  test("a host that another run holds names it, until its lease ends or its processes have", () => {
    const living = processNames(process.pid);
    const changedBy = (holder: string, expires: number) => {
      const lease = { operator: "ann@ops1", pid: 17, runId: "other", holder, since: 90, expires };
      return facts({ time: ["100000000000"], lease: [JSON.stringify(lease)] }).changedBy;
    };
    expect(changedBy(living, 101)).toEqual({ operator: "ann@ops1", pid: 17, since: 90 });
    expect(changedBy("another machine", 101)).toEqual({ operator: "ann@ops1", pid: 17, since: 90 });
    expect(changedBy(living, 99)).toBeUndefined();
    expect(changedBy(processNames(2 ** 22 + 1), 101)).toBeUndefined();
  });
});

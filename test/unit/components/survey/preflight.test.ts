import { ownUnits } from "../../../../components/host/init/own-units";
import type { Finding } from "../../../../components/survey/finding";
import { preflight } from "../../../../components/survey/preflight";
import { preflightTable } from "../../../../components/survey/preflight-table";
import { surveyQuestions } from "../../../../components/survey/survey-questions";
import type { HostFacts } from "../../../../provider/survey-api";
import { clusterFixture } from "../../../support/fakes/cluster-fixture";
import { hostFacts } from "../../../support/fakes/host-facts";
import { layersOf } from "../../../support/golden/host-golden";
import {
  addresses,
  judged,
  judgedConfig,
  judgedRun,
  type Name,
} from "../../../support/fakes/judged-host";

const lines = (findings: readonly Finding[]) =>
  findings.map(({ host, problem, remedy }) => `${host}: ${problem} -> ${remedy}`);

test("fresh hosts pass without a word", () => {
  expect(judged("cp1", {})).toEqual({ failures: [], warnings: [] });
});

test.each([
  ["has its id and its own name", { id: judgedRun.clusterId, host: "cp1" }],
  ["was marked by a version that wrote neither", {}],
])("a host that %s is this cluster's", (_, marker) => {
  expect(judged("cp1", { owner: { cluster: "prod", ...marker } }).failures).toEqual([]);
});

test("a marked host is refused while the stack has no id of its own yet", () => {
  const facts = hostFacts("cp1", addresses.cp1, { owner: { cluster: "prod", id: "1d" } });
  const survey = { hosts: { cp1: { facts } } };
  const { failures } = preflight(judgedConfig(), survey, { ...judgedRun, clusterId: undefined });
  expect(lines(failures)).toContainEqual(
    expect.stringContaining("with the id 1d; this stack's state has none yet"),
  );
});

const listener = (port: number, unit?: string) => ({
  listening: [{ port, address: "0.0.0.0", process: "x", ...(unit === undefined ? {} : { unit }) }],
});

interface Case {
  readonly host: Name;
  readonly facts: Partial<HostFacts>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const warned: readonly Case[] = [
  {
    host: "w1",
    facts: { distribution: "arch", distributionVersion: "" },
    text: "w1: the distribution arch is untested -> try it first on a host you can afford to lose; tested: debian 12",
  },
  {
    host: "w1",
    facts: { clockOffsetMs: 2500 },
    text: "w1: its clock is 2.5 s ahead of this machine's -> run a time service such as chrony on both",
  },
  {
    host: "cp1",
    facts: { memoryMiB: 960 },
    text: "cp1: it has 960 MiB of memory -> 2048 MiB leave room for the role control-plane",
  },
  {
    host: "w1",
    facts: { freeDiskMiB: { "/var/lib": 5000 } },
    text: "w1: /var/lib has 5000 MiB free -> 10240 MiB leave room for images and the database",
  },
  {
    host: "w1",
    facts: { owner: { cluster: "prod" }, freeDiskMiB: { "/var/lib": 100 } },
    text: "w1: /var/lib has 100 MiB free -> 10240 MiB leave room for images and the database",
  },
  {
    host: "w1",
    facts: { hostname: "cp1" },
    text: "w1: it has the same hostname cp1 as cp1 -> hostnamectl set-hostname w1",
  },
  {
    host: "w1",
    facts: { nameservers: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"] },
    text: "w1: it has 4 nameservers, and pods can use 3 -> take out 10.0.0.4, or leave it: pods get the others",
  },
  {
    host: "w1",
    facts: { paths: ["/etc/cni/net.d"] },
    text: "w1: /etc/cni/net.d is there: network configurations, of which the runtime takes the first -> remove it unless something else on this host uses it",
  },
];

test.each(warned)("warning: $text", ({ host, facts, settings, text }) => {
  const { failures, warnings } = judged(host, facts, settings);
  expect(lines(warnings)).toContain(text);
  expect(failures).toEqual([]);
});

const passing: readonly (Omit<Case, "text"> & { readonly why: string })[] = [
  {
    why: "cgroup v1 where it is allowed",
    host: "w1",
    facts: { cgroupVersion: 1 },
    settings: { allowCgroupV1: true },
  },
  { why: "cgroup v1 without a kubelet", host: "e1", facts: { cgroupVersion: 1 } },
  {
    why: "swap that the kubelet is told to bear",
    host: "w1",
    facts: { swapMiB: 1 },
    settings: { kubelet: { extraArgs: { "fail-swap-on": false } } },
  },
  { why: "swap on a host that is no node", host: "e1", facts: { swapMiB: 1 } },
  {
    why: "an old kernel with iptables",
    host: "w1",
    facts: { kernel: "5.4.0" },
    settings: { kubeProxy: { mode: "iptables" } },
  },
  {
    why: "no vxlan with host-gw",
    host: "w1",
    facts: { modules: ["overlay", "br_netfilter", "nf_conntrack"] },
    settings: { addons: { flannel: { backend: "host-gw" } } },
  },
  {
    why: "ports held by units of ours on a host of ours",
    host: "cp1",
    facts: { owner: { cluster: "prod" }, ...listener(6443, "kube-apiserver.service") },
  },
  { why: "ports of other roles", host: "w1", facts: listener(2379) },
  {
    why: "left-overs on a host of ours",
    host: "e1",
    facts: { owner: { cluster: "prod" }, paths: ["/var/lib/etcd/member"] },
  },
  {
    why: "a stub before systemd-resolved",
    host: "w1",
    facts: { nameservers: ["127.0.0.53"], resolvedNameservers: ["10.1.0.254"] },
  },
  {
    why: "a stub where CoreDNS has upstreams",
    host: "w1",
    facts: { nameservers: ["127.0.0.53"] },
    settings: { addons: { coredns: { upstreamNameservers: ["9.9.9.9"] } } },
  },
];

test.each(passing)("passes: $why", ({ host, facts, settings }) => {
  expect(judged(host, facts, settings)).toEqual({ failures: [], warnings: [] });
});

test("one machine under two names is refused on both", () => {
  const { failures } = judged("w1", { machineId: "id-of-cp1" });
  const remedy =
    "list a machine once; on a clone: rm /etc/machine-id, systemd-machine-id-setup, reboot";
  expect(lines(failures)).toEqual([
    `cp1: it has the same machine id as w1 -> ${remedy}`,
    `w1: it has the same machine id as cp1 -> ${remedy}`,
  ]);
});

test("an address on two machines is refused where it is a host's internal one", () => {
  const { failures } = judged("w1", {
    addresses: { eth0: ["10.1.0.11/24", "10.1.0.2/24"], docker0: ["172.17.0.1/16"] },
  });
  expect(lines(failures)).toEqual([
    "e1: its internal address 10.1.0.2 is on w1, too -> take it from the machine that it does not belong to",
  ]);
});

test("the table holds all failures of all hosts, in the order of the hosts", () => {
  const survey = {
    hosts: {
      cp1: { facts: hostFacts("cp1", addresses.cp1, { architecture: "ppc64le", swapMiB: 5 }) },
      w1: { error: "10.1.0.11 port 22:\nno route to host", remedy: "check that it runs" },
    },
  };
  const { failures } = preflight(judgedConfig(), survey, judgedRun);
  expect(`\n${preflightTable(failures)}\n`).toBe(`
HOST  PROBLEM                                            WHAT TO DO
cp1   the architecture ppc64le has no binaries           use a host with amd64 or arm64
cp1   5 MiB of swap are on, and the kubelet won't start  swapoff -a and take it out of /etc/fstab, or set
                                                         kubelet.extraArgs.fail-swap-on to false
e1    the survey has no answer from it                   bring it back, or set its maintenance; if it is gone for
                                                         good, take its entry away and add its name to lost
w1    10.1.0.11 port 22: no route to host                check that it runs
`);
});

test("no findings make no table", () => {
  expect(preflightTable([])).toBe("");
});

test("the survey is asked for everything that the checks look at", () => {
  const looked = { modules: new Set(), commands: new Set(), paths: new Set(), disks: new Set() };
  /** A list that has everything, and notes what is looked for. */
  const noted = (seen: Set<unknown>, found: boolean): readonly string[] =>
    Object.assign([], {
      includes: (item: string) => {
        seen.add(item);
        return found;
      },
    });
  const disks = new Proxy<Record<string, number>>(
    {},
    {
      get: (_, path) => {
        looked.disks.add(path);
        return 1_000_000;
      },
    },
  );
  const settings = {
    addons: { storageClasses: { fast: { type: "local-path", path: "/srv/volumes" } } },
  };
  for (const host of ["cp1", "e1", "w1"] as const) {
    judged(
      host,
      {
        modules: noted(looked.modules, true),
        commands: noted(looked.commands, false),
        paths: noted(looked.paths, false),
        freeDiskMiB: disks,
      },
      settings,
    );
  }
  const asked = surveyQuestions(judgedConfig(settings));
  const sorted = (items: Iterable<unknown>) => [...items].map(String).sort();
  expect(sorted(looked.modules)).toEqual(sorted(asked.modules));
  expect(sorted(looked.commands)).toEqual(sorted(asked.commands));
  expect(sorted(looked.paths)).toEqual(sorted(asked.paths));
  expect(sorted(looked.disks)).toEqual(sorted(asked.disks));
});

test.each([
  ["/var/lib/etcd/member", "data of an etcd member"],
  ["/etc/kubernetes/admin.conf", "a kubeadm control plane"],
  ["/etc/kubernetes/kubelet.conf", "a kubeadm node"],
  ["/etc/kubernetes/pki/ca.crt", "another cluster's certificates"],
  ["/etc/kubernetes/manifests/kube-apiserver.yaml", "a kubeadm control plane"],
  ["/etc/kubernetes/manifests/etcd.yaml", "a kubeadm etcd member"],
  ["/var/lib/kubelet/config.yaml", "another cluster's kubelet"],
  ["/var/lib/rancher", "k3s or RKE2"],
  ["/var/lib/k0s", "k0s"],
])("a host with %s, %s, is refused unless it is the cluster's", (path, what) => {
  expect(surveyQuestions(judgedConfig()).paths).toContain(path);
  expect(judged("w1", { paths: [path] }).failures.map(({ problem }) => problem)).toEqual([
    `${path} is there: ${what}`,
  ]);
  expect(judged("w1", { paths: [path], owner: { cluster: "prod" } }).failures).toEqual([]);
});

test.each([
  ["/etc/cni/net.d", "network configurations, of which the runtime takes the first"],
  ["/etc/containerd/config.toml", "the configuration of a container runtime"],
])("a node with %s is warned of, as something else may use it", (path, what) => {
  const { failures, warnings } = judged("w1", { paths: [path] });
  expect(failures).toEqual([]);
  expect(warnings.map(({ problem }) => problem)).toEqual([`${path} is there: ${what}`]);
});

test("the units that may hold the cluster's ports are those that its layers bring", () => {
  const clusters = ["ha", "own-etcd", "vip"].map((name) => clusterFixture(name));
  const brought = clusters.flatMap((context) =>
    context.config.hosts.flatMap((host) =>
      Object.values(layersOf(context, host)).flatMap(({ units }) => Object.keys(units)),
    ),
  );
  expect([...new Set(brought)].sort()).toEqual([...ownUnits].sort());
});

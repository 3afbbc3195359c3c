import type { Finding } from "../../../../components/survey/finding";
import type { HostFacts } from "../../../../provider/survey-api";
import { judged, type Name } from "../../../support/fakes/judged-host";

const lines = (findings: readonly Finding[]) =>
  findings.map(({ host, problem, remedy }) => `${host}: ${problem} -> ${remedy}`);

const listener = (port: number, unit?: string) => ({
  listening: [{ port, address: "0.0.0.0", process: "x", ...(unit === undefined ? {} : { unit }) }],
});

interface Case {
  readonly host: Name;
  readonly facts: Partial<HostFacts>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const failing: readonly Case[] = [
  {
    host: "w1",
    facts: { privilege: "none" },
    text: "w1: root can't become root -> log in as root, let sudo work without a password, or set plinth:sudoPassword",
  },
  {
    host: "w1",
    facts: { architecture: "riscv64" },
    text: "w1: the architecture riscv64 has no binaries -> use a host with amd64 or arm64",
  },
  {
    host: "e1",
    facts: { kernel: "4.15.0-20" },
    text: "e1: the kernel 4.15.0-20 is older than 4.19 -> upgrade the distribution",
  },
  {
    host: "w1",
    facts: { kernel: "5.10.0-8-amd64" },
    text: "w1: kube-proxy's mode nftables needs kernel 5.13, not 5.10.0-8-amd64 -> set kubeProxy.mode to iptables, or upgrade the kernel",
  },
  {
    host: "e1",
    facts: { systemdVersion: 0 },
    text: "e1: PID 1 is not systemd -> use a host that boots with systemd",
  },
  {
    host: "e1",
    facts: { systemdVersion: 241 },
    text: "e1: systemd 241 is older than 245 -> upgrade the distribution",
  },
  {
    host: "w1",
    facts: { cgroupVersion: 1 },
    text: "w1: it runs on cgroup v1, which Kubernetes no longer supports -> boot with systemd.unified_cgroup_hierarchy=1, or set allowCgroupV1 while Kubernetes still supports it",
  },
  {
    host: "w1",
    facts: { swapMiB: 512 },
    text: "w1: 512 MiB of swap are on, and the kubelet won't start -> swapoff -a and take it out of /etc/fstab, or set kubelet.extraArgs.fail-swap-on to false",
  },
  {
    host: "w1",
    facts: {
      owner: { cluster: "prod" },
      changedBy: { operator: "ann@ops1", pid: 17, since: Date.UTC(2026, 2, 1, 10, 30, 5) / 1000 },
    },
    text: "w1: it is being changed by ann@ops1 (pid 17) -> wait for that run (started 2026-03-01 10:30:05 UTC)",
  },
  {
    host: "w1",
    facts: { modules: ["overlay", "nf_conntrack", "vxlan"] },
    text: "w1: the kernel module br_netfilter is missing; it is needed for services, for packets that cross the pods' bridge -> install the kernel's package of extra modules, such as linux-modules-extra-6.1.0-25-amd64",
  },
  {
    host: "w1",
    facts: { modules: ["overlay", "nf_conntrack", "br_netfilter"] },
    text: "w1: the kernel module vxlan is missing; it is needed for the pod network -> install the kernel's package of extra modules, such as linux-modules-extra-6.1.0-25-amd64",
  },
  {
    host: "e1",
    facts: { commands: ["systemctl", "tar", "gzip", "sha256sum"] },
    text: "e1: the command curl is missing -> install the package with curl",
  },
  {
    host: "w1",
    facts: {
      commands: ["systemctl", "curl", "tar", "gzip", "sha256sum", "mount", "umount", "modprobe"],
    },
    text: "w1: the command apt-get or dnf or zypper is missing -> install the package with apt-get",
  },
  {
    host: "w1",
    facts: { clockOffsetMs: -31_000 },
    text: "w1: its clock is 31.0 s behind this machine's, so certificates and leases won't hold -> run a time service such as chrony on both",
  },
  {
    host: "cp1",
    facts: { memoryMiB: 880 },
    text: "cp1: it has 880 MiB of memory -> give it 900 MiB or more for the role control-plane",
  },
  {
    host: "w1",
    facts: { memoryMiB: 500 },
    text: "w1: it has 500 MiB of memory -> give it 600 MiB or more for the role worker",
  },
  {
    host: "w1",
    facts: { freeDiskMiB: { "/var/lib": 2000 } },
    text: "w1: /var/lib has 2000 MiB free -> make room for 3072 MiB or more",
  },
  {
    host: "e1",
    facts: { freeDiskMiB: { "/var/lib": 900 } },
    text: "e1: /var/lib has 900 MiB free -> make room for 1024 MiB or more",
  },
  {
    host: "e1",
    facts: { freeDiskMiB: { "/etc": 3 } },
    text: "e1: /etc has 3 MiB free -> make room for 20 MiB or more",
  },
  {
    host: "w1",
    facts: { freeDiskMiB: { "/srv/volumes": 12 } },
    settings: {
      addons: { storageClasses: { fast: { type: "local-path", path: "/srv/volumes" } } },
    },
    text: "w1: /srv/volumes has 12 MiB free -> make room for 512 MiB or more",
  },
  {
    host: "w1",
    facts: { addresses: { lo: ["127.0.0.1/8"], ens3: ["192.0.2.7/24"] } },
    text: "w1: no interface has its internal address 10.1.0.11 -> set hosts.w1.internalAddress to one of 192.0.2.7, or give it that address",
  },
  {
    host: "cp1",
    facts: {},
    settings: { api: { vip: { address: "10.1.0.9", interface: "ens9" } } },
    text: "cp1: the virtual address's interface ens9 does not exist -> set api.vip.interface to one of eth0",
  },
  {
    host: "w1",
    facts: { addresses: { eth0: ["10.1.0.11/29"] } },
    settings: { addons: { flannel: { backend: "host-gw" } } },
    text: "w1: its subnet 10.1.0.8/29 does not hold cp1, and host-gw needs one subnet -> set addons.flannel.backend to vxlan",
  },
  {
    host: "w1",
    facts: { mtus: { eth0: 1400 } },
    settings: { network: { mtu: 1400 } },
    text: "w1: network.mtu 1400 is more than its interface leaves to pods -> set network.mtu to 1350 or less, or leave it out",
  },
  {
    host: "cp1",
    facts: listener(6443, "kube-apiserver.service"),
    text: "cp1: port 6443, which kube-apiserver needs, is in use by x (kube-apiserver.service) -> systemctl disable --now kube-apiserver.service",
  },
  {
    host: "w1",
    facts: listener(7445),
    text: "w1: port 7445, which the API balancer needs, is in use by x -> stop it",
  },
  {
    host: "e1",
    facts: listener(2380),
    text: "e1: port 2380, which etcd needs, is in use by x -> stop it",
  },
  {
    host: "w1",
    facts: { owner: { cluster: "prod" }, ...listener(10250, "other.service") },
    text: "w1: port 10250, which the kubelet needs, is in use by x (other.service) -> systemctl disable --now other.service",
  },
  {
    host: "w1",
    facts: { owner: { cluster: "prod" }, ...listener(9100, "prometheus-node-exporter.service") },
    settings: { addons: { monitoring: { enabled: true } } },
    text: "w1: port 9100, which node-exporter needs, is in use by x (prometheus-node-exporter.service) -> systemctl disable --now prometheus-node-exporter.service",
  },
  {
    host: "w1",
    facts: { nameservers: ["127.0.0.53"] },
    text: "w1: /etc/resolv.conf has nothing but 127.0.0.53, which pods can't reach -> add a nameserver, or set addons.coredns.upstreamNameservers",
  },
  {
    host: "w1",
    facts: { nameservers: [] },
    text: "w1: /etc/resolv.conf has no nameserver -> add a nameserver, or set addons.coredns.upstreamNameservers",
  },
  {
    host: "e1",
    facts: { owner: { cluster: "dev" }, ...listener(2379, "etcd.service") },
    text: "e1: it belongs to the cluster dev -> take it out of dev's stack config and run pulumi up there first; if that cluster's state is gone, plinth reset e1",
  },
  {
    host: "e1",
    facts: { owner: { cluster: "" } },
    text:
      "e1: /etc/plinth/cluster.json is damaged: nobody knows whose it is -> if the files in " +
      `/etc/plinth/layers have the id ${"5eed".repeat(8)}, write {"cluster":"prod","id":"${"5eed".repeat(8)}","host":"e1"} to that file; ` +
      "if nobody needs that cluster, remove /etc/plinth",
  },
  {
    host: "e1",
    // nobody is told to remove the data
    facts: { layers: ["etcd"], paths: ["/var/lib/etcd/member"] },
    text:
      "e1: it has layers of a cluster (etcd), but /etc/plinth/cluster.json is missing or empty -> if the " +
      `files in /etc/plinth/layers have the id ${"5eed".repeat(8)}, write {"cluster":"prod","id":"${"5eed".repeat(8)}","host":"e1"} to that ` +
      "file; if nobody needs that cluster, remove /etc/plinth",
  },
  {
    host: "e1",
    facts: { owner: { cluster: "prod", id: "0ther", host: "e1" } },
    text:
      `e1: it belongs to another cluster prod, with the id 0ther; this stack's state has ${"5eed".repeat(8)}` +
      " -> use the stack that made it, or restore that stack's state (pulumi stack import); if that cluster is to go, run pulumi destroy there, or, if its state is gone, plinth reset e1",
  },
  {
    host: "e1",
    facts: { owner: { cluster: "prod", id: "5eed".repeat(8), host: "e2" } },
    text:
      "e1: it is the host e2 of this cluster, and a new name would wipe it -> put the name e2 back; for " +
      "another name, first take e2 out of the stack config, run pulumi up, then add e1",
  },
  {
    host: "e1",
    facts: { paths: ["/var/lib/etcd/member"] },
    text: "e1: /var/lib/etcd/member is there: data of an etcd member -> reset that cluster on this host; if nobody needs it, remove /var/lib/etcd/member",
  },
];

test.each(failing)("failure: $text", ({ host, facts, settings, text }) => {
  const { failures, warnings } = judged(host, facts, settings);
  expect(lines(failures)).toEqual([text]);
  expect(warnings).toEqual([]);
});

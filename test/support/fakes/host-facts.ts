import type { HostFacts } from "../../../provider/survey-api";

/** Facts of a fresh Debian host in the network 10.1.0.0/24 that has nothing against any role. */
export function hostFacts(
  name: string,
  address: string,
  changes: Partial<HostFacts> = {},
): HostFacts {
  return {
    hostname: name,
    machineId: `id-of-${name}`,
    distribution: "debian",
    distributionVersion: "12",
    architecture: "amd64",
    kernel: "6.1.0-25-amd64",
    cgroupVersion: 2,
    systemdVersion: 252,
    cpus: 2,
    memoryMiB: 3900,
    freeDiskMiB: { "/var/lib": 40_000, "/opt": 40_000, "/etc": 40_000 },
    swapMiB: 0,
    clockOffsetMs: 12,
    addresses: { lo: ["127.0.0.1/8", "::1/128"], eth0: [`${address}/24`, "fe80::1/64"] },
    defaultInterface: { name: "eth0", mtu: 1500 },
    mtus: { lo: 65_536, eth0: 1500 },
    nameservers: ["10.1.0.254"],
    searchDomains: ["example.org"],
    listening: [{ port: 22, address: "0.0.0.0", process: "sshd", unit: "ssh.service" }],
    modules: ["overlay", "br_netfilter", "nf_conntrack", "vxlan"],
    commands: [
      ...["systemctl", "curl", "tar", "gzip", "sha256sum"],
      ...["mount", "umount", "modprobe", "apt-get"],
    ],
    paths: [],
    texts: {},
    probes: {},
    layers: [],
    privilege: "root",
    ...changes,
  };
}

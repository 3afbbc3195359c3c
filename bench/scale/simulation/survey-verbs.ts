/** scripts/survey.sh on a simulated host: a plain server with everything that a node needs. */
import type { SimulatedHost, Verbs } from "./simulated-host";

const facts: Readonly<Record<string, (host: SimulatedHost) => string>> = {
  time: () => `${Date.now()}000000`,
  ids: ({ name, machineId }) =>
    `hostname=${name}\nmachine=${machineId}\narchitecture=x86_64\nkernel=6.1.0-28-amd64\n` +
    "cpus=4\nuid=0\ninit=systemd\nsystemd=252\ncgroup=cgroup2fs",
  "os-release": () => 'ID=debian\nVERSION_ID="12"',
  meminfo: () => "MemTotal:        8388608 kB\nSwapTotal:             0 kB",
  "disk /var/lib": () => "/dev/vda1 102400 10240 92160 10% /",
  "disk /opt": () => "/dev/vda1 102400 10240 92160 10% /",
  "disk /etc": () => "/dev/vda1 102400 10240 92160 10% /",
  addresses: ({ address }) => `2: eth0    inet ${address}/16 brd 10.1.255.255 scope global eth0`,
  routes: () => "default via 10.1.0.1 dev eth0",
  links: () => "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP",
  resolv: () => "nameserver 10.1.0.2",
  marker: ({ disk }) => disk.get("/etc/plinth/cluster.json")?.content?.toString() ?? "",
  layers: ({ disk }) =>
    disk
      .paths("/etc/plinth/layers/", ".json")
      .map((path) => path.slice(path.lastIndexOf("/") + 1))
      .join("\n"),
};

export const surveyVerbs: Verbs = {
  survey_facts: (host) =>
    Object.entries(facts)
      .map(([name, fact]) => `\n@${name}\n${fact(host)}\n`)
      .join(""),
};

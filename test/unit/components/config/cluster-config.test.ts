import { registry } from "../../../../addons/registry";
import { clusterConfig } from "../../../../components/config/cluster-config";
import { configWarnings } from "../../../../components/config/rules/config-warnings";
import {
  type Change,
  environment,
  file,
  parsed,
  problems,
  set,
  validInput,
} from "../../../support/fakes/config-input";

function etcdHosts(count: number): Change {
  const host = (index: number) => [
    `h${index}`,
    { address: `10.1.0.${index}`, roles: ["etcd", "control-plane", "worker"] },
  ];
  const hosts: unknown = Object.fromEntries(
    Array.from({ length: count }, (_, index) => host(index + 1)),
  );
  return (input) => {
    set("hosts", hosts)(input);
    set("api.vip", { address: "10.1.0.100" })(input);
  };
}

test.each([
  [1, []],
  [2, ["2 etcd members tolerate no more failures than 1"]],
  [3, []],
  [4, ["4 etcd members tolerate no more failures than 3"]],
  [5, []],
  [7, ["7 etcd members make every write slower"]],
])("%i etcd members are accepted with the warnings %j", (count, expected) => {
  const warnings = configWarnings(parsed(etcdHosts(count)));
  expect(warnings).toEqual(expected.map((text) => expect.stringContaining(text) as unknown));
});

test("more than seven etcd members are refused", () => {
  expect(problems(etcdHosts(9))).toEqual([
    ".hosts: 9 hosts have the role etcd, expected 1, 3 or 5",
  ]);
});

test("hosts come in the order of their names, numbers by value", () => {
  const names = parsed().hosts.map(({ name }) => name);
  expect(names).toEqual(["cp1", "cp2", "cp3", "w1", "w2", "w10"]);
});

test("a host inherits what ssh says and overrides it", () => {
  const { hosts } = parsed((input) => {
    set("ssh", { user: "ops", port: 2222, bastion: { address: "jump.example.org" } })(input);
    set("hosts.w1.user", "admin")(input);
  });
  const bastion = { address: "jump.example.org", port: 22, user: "root" };
  expect(hosts[0]).toMatchObject({ user: "ops", port: 2222, bastion });
  expect(hosts[3]).toMatchObject({ name: "w1", user: "admin", port: 2222 });
});

const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };

test.each([
  ["a control plane", { roles: ["control-plane", "etcd"] }, true, [controlPlaneTaint]],
  ["a control plane that is a worker", { roles: ["control-plane", "etcd", "worker"] }, true, []],
  ["a control plane without a node", { roles: ["control-plane", "etcd"], node: false }, false, []],
  ["a host of etcd alone", { roles: ["etcd"] }, false, []],
])("%s has the node and taints that follow from its roles", (_, host, node, taints) => {
  const { hosts } = parsed(set("hosts.cp1", { address: "10.1.0.1", ...host }));
  expect(hosts[0]).toMatchObject({ name: "cp1", node, taints });
});

test("taints are read as kubectl writes them", () => {
  const { hosts } = parsed(set("hosts.w1.taints", ["example.org/gpu=a:NoExecute", "b:NoSchedule"]));
  expect(hosts[3]?.taints).toEqual([
    { key: "example.org/gpu", value: "a", effect: "NoExecute" },
    { key: "b", effect: "NoSchedule" },
  ]);
});

test.each([
  ["the first control plane", {}, "10.1.0.1:6443"],
  ["the virtual address", { vip: { address: "10.1.0.100" } }, "10.1.0.100:6443"],
  [
    "an external balancer",
    { external: "k8s.example.org:443", vip: { address: "10.1.0.100" } },
    "k8s.example.org:443",
  ],
])("people reach the API through %s", (_, api, endpoint) => {
  expect(parsed(set("api", api)).api.endpoint).toBe(endpoint);
});

test("flags may be numbers and booleans in YAML", () => {
  const args = { v: 4, "enable-x": true };
  expect(parsed(set("kubelet.extraArgs", args)).kubelet.extraArgs).toEqual({
    v: "4",
    "enable-x": "true",
  });
});

test.each([
  ["nothing, an agent running", {}, "/run/agent", { agentSocket: "/run/agent" }],
  ["nothing, no agent running", {}, undefined, {}],
  [
    "a key, an agent running",
    { privateKeyFile: "~/id" },
    "/run/agent",
    { privateKeyFile: "/home/ops/id" },
  ],
  [
    "a key and an agent",
    { privateKeyFile: "id", agentSocket: "/run/other" },
    "/run/agent",
    { privateKeyFile: "/project/id", agentSocket: "/run/other" },
  ],
])("ssh with %s uses what it names", (_, ssh, agentSocket, expected) => {
  const input = { ...validInput(), ssh };
  const running = agentSocket === undefined ? {} : { agentSocket };
  expect(clusterConfig(input, file, registry, { ...environment, ...running }).ssh).toEqual({
    ...expected,
    knownHostsFile: "/home/ops/.ssh/known_hosts",
    connectTimeoutSeconds: 10,
  });
});

test("a worker of 1 GiB leaves 600 MiB to pods by default", () => {
  const { systemReserved, kubeReserved, evictionHard } = parsed().kubelet;
  const kept = [systemReserved.memory, kubeReserved.memory, evictionHard["memory.available"]];
  const keptMiB = kept.map((amount) => Number(/^(\d+)Mi$/.exec(amount)?.[1]));
  const shownMiB = 960;
  expect(shownMiB - keptMiB.reduce((sum, amount) => sum + amount)).toBeGreaterThanOrEqual(600);
});

test.each([
  [
    "a minor release that no test runs",
    set("kubernetesVersion", "1.35.8"),
    "Kubernetes 1.35.8 is untested: try it first on hosts you can afford to lose; tested: 1.36.x",
  ],
  [
    "no workers",
    set("hosts", { a: { address: "10.1.0.1", roles: ["etcd", "control-plane"] } }),
    "no host has the role worker",
  ],
  [
    "several control planes behind one address",
    set("name", "prod"),
    "the administrator's kubeconfig points to 10.1.0.1:6443 alone",
  ],
  [
    "more pods than addresses",
    set("network.nodeCidrMaskSize", 26),
    "110 pods per node, but a /26 has addresses for 61",
  ],
])("%s: warned about", (_, change, text) => {
  expect(configWarnings(parsed(change)).join("\n")).toContain(text);
});

test.each([
  ["/run/agent", "/run/agent"],
  ["", undefined],
])("the running agent is the one that SSH_AUTH_SOCK %j names", (socket, expected) => {
  const before = process.env.SSH_AUTH_SOCK;
  process.env.SSH_AUTH_SOCK = socket;
  try {
    expect(clusterConfig(validInput(), file, registry).ssh.agentSocket).toBe(expected);
  } finally {
    if (before === undefined) delete process.env.SSH_AUTH_SOCK;
    else process.env.SSH_AUTH_SOCK = before;
  }
});

test("addresses of servers lose the slash at their end", () => {
  const config = parsed(set("artifacts.mirror", "http://mirror.example.org/plinth/"));
  expect(config.artifacts.mirror).toBe("http://mirror.example.org/plinth");
});

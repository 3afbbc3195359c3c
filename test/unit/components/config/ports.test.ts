import { registry } from "../../../../addons/registry";
import { type FixedPort, ports } from "../../../../components/network/ports";
import { type Change, problems, set } from "../../../support/fakes/config-input";
import { judged } from "../../../support/fakes/judged-host";

/** Every add-on as one that is on, whatever its settings. */
const switchedOn = registry.map((addon) => ({ ...addon, isOn: () => true }));

const both =
  (...changes: readonly Change[]): Change =>
  (input) =>
    changes.forEach((change) => change(input));

interface Use extends FixedPort {
  /** The add-on that brings it; absent where every cluster has it. */
  readonly addon?: string;
}

const uses: readonly Use[] = [
  ...Object.values<FixedPort>(ports),
  ...registry.flatMap(({ name, needs }) =>
    (needs?.ports ?? []).map((port) => ({ ...port, addon: name })),
  ),
];
const table = uses.map((each) => [each.port, each] as const);

describe.each(table)("port %i", (port, { owner, addon }) => {
  const expected = `got ${port}, expected another port, this one is for ${owner}`;

  test.each([
    ["the API", "api.port", port, ".api.port"],
    ["SSH of every host", "ssh.port", port, ".ssh.port"],
    ["SSH of one host", "hosts.w1.port", port, ".hosts.w1.port"],
    [
      "Traefik on hosts",
      "addons.traefik",
      { enabled: true, hostPorts: { http: port } },
      ".addons.traefik.hostPorts.http",
    ],
  ])("is refused for %s", (_who, key, value, place) => {
    expect(problems(set(key, value), switchedOn)).toEqual([`${place}: ${expected}`]);
  });

  test("is refused for Traefik on nodes", () => {
    const range = set("controlPlane.apiServer.extraArgs.service-node-port-range", "1000-20000");
    const nodePorts = { http: port, https: 20_000 };
    const traefik = set("addons.traefik", { enabled: true, exposure: "nodePorts", nodePorts });
    expect(problems(both(range, traefik), switchedOn)).toEqual([
      `.addons.traefik.nodePorts.http: ${expected}`,
    ]);
  });

  test(`is ${addon === undefined ? "never free" : "free without its add-on"}`, () => {
    expect(problems(set("api.port", port))).toHaveLength(addon === undefined ? 1 : 0);
  });
});

test.each([
  ["addons.monitoring.enabled", true, 9100],
  ["addons.metallb.pools", { lan: { addresses: ["192.0.2.10-192.0.2.19"] } }, 7946],
])("%s brings its ports", (key, value, port) => {
  expect(problems(both(set(key, value), set("api.port", port)))).toHaveLength(1);
});

describe("the preflight", () => {
  const user = { etcd: "e1", "control-plane": "cp1", node: "w1" } as const;
  const other = { etcd: "w1", "control-plane": "w1", node: "e1" } as const;
  const problemsOf = (host: "cp1" | "e1" | "w1", port: number) =>
    judged(
      host,
      { listening: [{ port, address: "0.0.0.0", process: "x" }] },
      {},
      switchedOn,
    ).failures.map(({ problem }) => problem);

  test.each(table)("refuses a host where something else has port %i", (port, { owner, on }) => {
    expect(problemsOf(user[on], port)).toEqual([
      `port ${port}, which ${owner} needs, is in use by x`,
    ]);
    expect(problemsOf(other[on], port)).toEqual([]);
  });
});

test("the API's port is not that of SSH", () => {
  expect(problems(set("api.port", 22))).toEqual([
    ".api.port: got 22, expected another port, this one is for SSH on cp1",
  ]);
});

test("the SSH port of a gateway may be any", () => {
  const gateway = { address: "gateway.example.org", internalAddress: "10.1.0.21", port: 10_250 };
  expect(problems(set("hosts.w1", { ...gateway, roles: ["worker"] }))).toEqual([]);
});

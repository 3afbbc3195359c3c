import type { HostCommand } from "../../provider/api";
import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { etcdSays } from "../support/fakes/etcd-looks";
import { clusterProgram } from "../support/program/program-fixture";
import type { RecordedProgram } from "../support/program/recorded-program";

const members = "cp1=10.0.0.11 cp2=10.0.0.12 cp3=10.0.0.13";

/** The program of the cluster `ha`, some of whose hosts are in maintenance; the others have been made. */
function withMaintenance(...names: readonly string[]): Promise<RecordedProgram> {
  return clusterProgram(
    "ha",
    (input) => {
      const hosts = { ...(input.hosts as Record<string, object>) };
      for (const name of names) hosts[name] = { ...hosts[name], maintenance: true };
      return { ...input, hosts };
    },
    (host) => {
      if (names.includes(host)) throw new Error(`${host} was looked at`);
      return { ...etcdSays(members), owner: { cluster: "ha" }, layers: ["etcd"] };
    },
  );
}

function layers({ resources }: RecordedProgram): ReadonlyMap<string, HostLayerInputs> {
  return new Map(
    resources
      .filter(({ type }) => type === "plinth:index:HostLayer")
      .map(({ name, inputs }) => [name, inputs as unknown as HostLayerInputs]), // the class that sends them has this contract
  );
}

describe("a host in maintenance", () => {
  test("is not looked at, and its layers stay as the state has them", async () => {
    const program = await withMaintenance("w1");
    const left = program.resources.filter(({ name }) => /^ha-w1-(runtime|node)$/.test(name));
    expect(
      left.map(({ inputs, ignoreChanges }) => ({
        inputs: Object.keys(inputs).sort(),
        ignoreChanges,
      })),
    ).toEqual([
      { inputs: ["cluster", "clusterId", "host", "layer"], ignoreChanges: ["*"] },
      { inputs: ["cluster", "clusterId", "host", "layer"], ignoreChanges: ["*"] },
    ]);
    const others = program.resources.filter(
      ({ type, name }) => type === "plinth:index:HostLayer" && !name.includes("w1"),
    );
    expect(others.flatMap(({ ignoreChanges }) => ignoreChanges)).toEqual([]);
  });

  test("is named to the provider", async () => {
    const { resources } = await withMaintenance("w1", "cp2");
    const provider = resources.find(({ type }) => type === "pulumi:providers:plinth");
    expect(provider?.inputs).toMatchObject({ maintenance: ["cp2", "w1"] });
  });

  test("holds no turn of other nodes back", async () => {
    const gates = (program: RecordedProgram) =>
      ["runtime", "node"].map((layer) => layers(program).get(`ha-cp1-${layer}`)?.rollout?.gate);
    const named = (gate: HostCommand | undefined) => gate?.command.slice(4);
    expect(gates(await withMaintenance()).map(named)).toEqual([
      ["cp1", "30"],
      ["cp1", "30"],
    ]);
    expect(gates(await withMaintenance("w1")).map(named)).toEqual([
      ["cp1", "30", "w1"],
      ["cp1", "30", "w1"],
    ]);
  });

  test("stays a member of the cluster, whose other members are not restarted without it", async () => {
    const found = layers(await withMaintenance("cp2"));
    const member = found.get("ha-cp1-etcd");
    expect(member?.files["/etc/kubernetes/etcd/members.env"]?.content).toContain("cp2=");
    expect(member?.rollout?.held).toContain("while cp2 may be down for maintenance");
    expect(
      found.get("ha-w1-node")?.files["/etc/kubernetes/balancer/haproxy.cfg"]?.content,
    ).toContain("server cp2 ");
  });

  test("keeps no add-on waiting for its pods", async () => {
    const skips = (program: RecordedProgram) =>
      program.resources
        .filter(({ inputs }) => JSON.stringify(inputs).includes("pulumi.com/skipAwait"))
        .map(({ type }) => type.split(":").at(-1));
    expect(skips(await withMaintenance("w1"))).toEqual(
      expect.arrayContaining(["DaemonSet", "Deployment"]),
    );
    // its pods may take longer than it is patient, so nobody ever waits for it
    expect(skips(await withMaintenance())).toEqual(["Service"]);
  });

  test("is taken to hold etcd's data when no other member does", async () => {
    const program = clusterProgram("ha", (input) => {
      const hosts = input.hosts as Record<string, object>; // as the fixture has them
      return { ...input, hosts: { ...hosts, cp3: { ...hosts.cp3, maintenance: true } } };
    });
    await expect(program).rejects.toThrow(
      "there is no etcd on cp1, cp2, and without cp3 nobody knows whether",
    );
  });
});

describe("a lost host", () => {
  test("is named to the provider", async () => {
    const { resources } = await clusterProgram("ha", (input) => ({ ...input, lost: ["w9"] }));
    const provider = resources.find(({ type }) => type === "pulumi:providers:plinth");
    expect(provider?.inputs).toMatchObject({ lost: ["w9"] });
  });
});

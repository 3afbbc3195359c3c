import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { etcdSays } from "../support/fakes/etcd-looks";
import { clusterProgram } from "../support/program/program-fixture";
import type { RecordedProgram } from "../support/program/recorded-program";

const programs: Record<string, RecordedProgram> = {};

beforeAll(async () => {
  programs.ha = await clusterProgram("ha");
  programs["own-etcd"] = await clusterProgram("own-etcd");
});

/** Every layer of a cluster's program as the provider gets it. */
function layersOf(program: RecordedProgram): readonly HostLayerInputs[] {
  return program.resources
    .filter(({ type }) => type === "plinth:index:HostLayer")
    .map(({ inputs }) => inputs as unknown as HostLayerInputs); // the class that sends them has this contract
}

describe.each(["ha", "own-etcd"])("%s: every layer keeps the provider's contract", (cluster) => {
  let layers: readonly (readonly [string, HostLayerInputs])[];

  beforeAll(() => {
    layers = layersOf(programs[cluster]!).map((layer) => [
      `${layer.host.name} ${layer.layer}`,
      layer,
    ]);
    expect(layers).not.toEqual([]);
  });

  test("what restarts or reloads a unit lies in the unit's own layer", () => {
    const strays = layers.flatMap(([place, layer]) => {
      const own = new Set([layer.files, layer.binaries, layer.links].flatMap(Object.keys));
      return Object.entries(layer.units).flatMap(([unit, { restartOn, reloadOn }]) =>
        [...restartOn, ...reloadOn]
          .filter((path) => !own.has(path))
          .map((path) => `${place} ${unit} ${path}`),
      );
    });
    expect(strays).toEqual([]);
  });

  test("no file, binary, link, unit or user belongs to two layers of a host", () => {
    const owners = layers.flatMap(([, layer]) =>
      [layer.files, layer.binaries, layer.links, layer.units, layer.users].flatMap((part) =>
        Object.keys(part).map((name) => `${layer.host.name} ${name}`),
      ),
    );
    expect(owners.filter((name, index) => owners.indexOf(name) !== index)).toEqual([]);
  });

  test("whoever owns a file or a directory is root or a user of the same layer", () => {
    const strangers = layers.flatMap(([place, layer]) =>
      Object.entries({ ...layer.files, ...layer.directories })
        .filter(([, { owner }]) =>
          owner.split(":").some((name) => name !== "root" && !(name in layer.users)),
        )
        .map(([path]) => `${place} ${path}`),
    );
    expect(strangers).toEqual([]);
  });

  test("private keys are for their owners' eyes only", () => {
    const readable = layers.flatMap(([place, layer]) =>
      Object.entries(layer.files)
        .filter(([path, { mode }]) => path.endsWith(".key") && !["0600", "0640"].includes(mode))
        .map(([path]) => `${place} ${path}`),
    );
    expect(readable).toEqual([]);
  });

  test("units start in an order that names each of them once", () => {
    for (const [, { units, unitOrder }] of layers) {
      expect([...unitOrder].sort()).toEqual(Object.keys(units).sort());
    }
  });

  test("a unit's program is one of the layer's binaries or comes with one of its packages", () => {
    const missing = layers.flatMap(([place, layer]) =>
      Object.values(layer.units)
        .map(({ content }) => /^ExecStart=(\S+)/m.exec(content)?.[1] ?? "")
        .filter((program) => !(program in layer.binaries))
        .filter((program) => !layer.packages.includes(program.replace("/usr/sbin/", "")))
        .map((program) => `${place} ${program}`),
    );
    expect(missing).toEqual([]);
  });

  test("a layer that runs units waits for them", () => {
    const blind = layers.filter(
      ([, { units, ready }]) => Object.keys(units).length > 0 && ready.length === 0,
    );
    expect(blind.map(([place]) => place)).toEqual([]);
  });
});

test.each(["ha", "own-etcd"])(
  "%s: a disruptive change goes to one host of a group at a time",
  (cluster) => {
    const groups = {
      runtime: "node",
      node: "node",
      etcd: "etcd",
      "control-plane": "control-plane",
    };
    for (const { layer, rollout } of layersOf(programs[cluster]!)) {
      const group = groups[layer as keyof typeof groups];
      expect({ layer, ...rollout }).toMatchObject({ layer, group, maxUnavailable: 1 });
    }
  },
);

test.each(["ha", "own-etcd"])(
  "%s: a change of a node asks for the other nodes, and every control plane helps one that leaves",
  (cluster) => {
    for (const { layer, rollout } of layersOf(programs[cluster]!)) {
      const gate = rollout?.gate?.command[3];
      const helped = Object.keys(rollout?.help ?? {});
      if (layer === "runtime" || layer === "node") expect(gate).toBe("spare-node");
      if (layer === "control-plane") expect(helped).toContain("node");
    }
  },
);

describe("a member that lost its data never founds a second cluster", () => {
  const addresses = { cp1: "10.0.0.11", cp2: "10.0.0.12", cp3: "10.0.0.13" };
  const all = Object.entries(addresses).map((entry) => entry.join("="));

  /** The program where some members have data; the others were members, too. */
  const dataOn = (...hosts: readonly string[]) =>
    clusterProgram(
      "ha",
      (input) => input,
      (host) =>
        hosts.includes(host)
          ? { ...etcdSays(all.join(" ")), owner: { cluster: "ha" }, layers: ["etcd"] }
          : {},
    );
  /** How the members of a program begin, and whether they wait for their turn. */
  const starts = (program: RecordedProgram) =>
    Object.fromEntries(
      layersOf(program)
        .filter(({ layer }) => layer === "etcd")
        .map(({ host, rollout }) => {
          const { command = [], inTurn } = rollout?.prepare ?? {};
          const start = command.find((word) => word.startsWith("START="))?.slice(6);
          return [
            host.name,
            start === undefined ? "has data" : `${start}${inTurn ? " in turn" : ""}`,
          ];
        }),
    );

  test("without data anywhere, the members found one together", async () => {
    expect(starts(await dataOn())).toEqual({ cp1: "found", cp2: "found", cp3: "found" });
  });

  test("with data on the others, the host without any may only join", async () => {
    const joined = { cp1: "has data", cp2: "has data", cp3: "join in turn" };
    expect(starts(await dataOn("cp1", "cp2"))).toEqual(joined);
  });

  test("with data on all of them, nobody begins", async () => {
    const none = { cp1: "has data", cp2: "has data", cp3: "has data" };
    expect(starts(await dataOn("cp1", "cp2", "cp3"))).toEqual(none);
  });
});

import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { foreignReason, layerMarker, parsedMarker } from "../../../../provider/layer/marker";

const inputs = (changes: Partial<HostLayerInputs> = {}) =>
  ({
    host: { name: "w1", address: "a", port: 22, user: "root" },
    cluster: "c",
    clusterId: "1d",
    layer: "node",
    ...changes,
  }) as HostLayerInputs; // whose it is depends on nothing else

const reason = (marker: string | undefined, isCreated = false, changes = {}) =>
  foreignReason(parsedMarker(marker), inputs(changes), isCreated);

test("a host's own marker says cluster, id and host, and is its own", () => {
  const marker = layerMarker(inputs());
  expect(marker).toEqual({ cluster: "c", id: "1d", host: "w1" });
  expect(foreignReason(marker, inputs(), true)).toBeUndefined();
});

describe("a layer comes onto a host that is", () => {
  test.each([
    ["nobody's", undefined],
    ["nobody's, with an empty marker", " \n"],
    ["its own", '{"cluster":"c","id":"1d","host":"w1"}'],
  ])("%s", (_, marker) => {
    expect(reason(marker, true)).toBeUndefined();
  });

  test("its own by an earlier version's marker, in an update only", () => {
    expect(reason('{"cluster":"c"}')).toBeUndefined();
  });

  test("its own by a marker and a state of earlier versions, both without an id", () => {
    const { clusterId: _, ...known } = inputs();
    expect(foreignReason({ cluster: "c" }, known, true)).toBeUndefined();
  });

  test("its own by a state of an earlier version, which knows no id yet", () => {
    const { clusterId: _, ...known } = inputs();
    expect(foreignReason({ cluster: "c", id: "1d", host: "w1" }, known, false)).toBeUndefined();
  });
});

describe("a layer is refused, with the way out in words, on a host of", () => {
  const file = "/etc/plinth/cluster.json";
  const own = '{"cluster":"c","id":"1d","host":"w1"}';
  const damaged =
    `may be anybody's, as ${file} is damaged; if the files in /etc/plinth/layers have the id ` +
    `1d, write ${own} to it`;
  test.each<[string, string, string]>([
    [
      "another cluster",
      '{"cluster":"d","id":"1d","host":"w1"}',
      `belongs to another cluster: ${file} says {"cluster":"d","id":"1d","host":"w1"}, expected ` +
        'cluster "c"; remove that file on the host if that cluster is gone',
    ],
    [
      "another cluster of that name",
      '{"cluster":"c","id":"2d","host":"w1"}',
      `belongs to another cluster of the same name: ${file} says ` +
        '{"cluster":"c","id":"2d","host":"w1"}, and the id in this stack\'s state is "1d"; ' +
        "use the stack that made it, or restore its state (pulumi stack import)",
    ],
    [
      "another name",
      '{"cluster":"c","id":"1d","host":"w2"}',
      `is w2 of this cluster: ${file} says {"cluster":"c","id":"1d","host":"w2"}, expected host ` +
        '"w1"; put the name w2 back, or remove that host first',
    ],
    ["nobody knows whom", "{", damaged],
    ["nobody knows whom, in JSON", '{"cluster":1}', damaged],
  ])("%s", (_, marker, text) => {
    for (const isCreated of [true, false]) expect(reason(marker, isCreated)).toBe(text);
  });

  test("nobody knows whom, by a state without an id", () => {
    const { clusterId: _, ...known } = inputs();
    expect(foreignReason({ cluster: "" }, known, false)).toMatch(
      /have the id of this stack, write/,
    );
  });

  test("nobody knows which cluster of that name, where it would come for the first time", () => {
    expect(reason('{"cluster":"c"}', true)).toBe(
      `may belong to another cluster of the same name: ${file} says {"cluster":"c"} without an id; ` +
        "use the stack that made it, and let it write its id with an unchanged stack config first",
    );
  });
});

test("what a marker says in another form than text it does not say", () => {
  expect(parsedMarker('{"cluster":"c","id":1,"host":["w1"]}')).toStrictEqual({ cluster: "c" });
});

test("a marker by a state without an id has none", () => {
  const { clusterId: _, ...known } = inputs();
  expect(layerMarker(known)).toStrictEqual({ cluster: "c", host: "w1" });
});

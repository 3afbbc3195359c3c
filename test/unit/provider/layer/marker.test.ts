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
    expect(reason('{"cluster":"c"}', true)).toMatch(/^may belong to another cluster of the same/);
  });

  test("its own by a state of an earlier version, which knows no id yet", () => {
    const legacy = inputs();
    const { clusterId: _, ...known } = legacy;
    expect(foreignReason({ cluster: "c", id: "1d", host: "w1" }, known, false)).toBeUndefined();
  });
});

describe("a layer is refused on a host of", () => {
  test.each([
    ["another cluster", '{"cluster":"d","id":"1d","host":"w1"}', /^belongs to another cluster: /],
    ["another cluster of that name", '{"cluster":"c","id":"2d","host":"w1"}', /of the same name: /],
    ["another name", '{"cluster":"c","id":"1d","host":"w2"}', /^is w2 of this cluster: .*put the/],
    ["nobody knows whom", "{", /^may be anybody's, .* damaged; .* write {"cluster":"c","id":"1d",/],
    ["nobody knows whom, in JSON", '{"cluster":1}', /^may be anybody's, /],
  ])("%s", (_, marker, text) => {
    for (const isCreated of [true, false]) expect(reason(marker, isCreated)).toMatch(text);
  });
});

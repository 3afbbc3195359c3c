import { secret } from "../../../../provider/json";
import { layerDiff } from "../../../../provider/plan/diff";

describe("differences", () => {
  const base = { host: { name: "cp1", address: "a" }, cluster: "c", layer: "l" };
  test.each<[string, object, object, Record<string, string>]>([
    ["nothing", {}, {}, {}],
    ["the way to the host", {}, { host: { name: "cp1", address: "b" } }, {}],
    ["a rollout", {}, { rollout: { group: "g" } }, {}],
    ["the host's name", {}, { host: { name: "cp2", address: "a" } }, { "host.name": "replace" }],
    ["the cluster", {}, { cluster: "d" }, { cluster: "replace" }],
    [
      "a nested value",
      { files: { "/a": { content: "1" } } },
      { files: { "/a": { content: "2" } } },
      { 'files["/a"].content': "update" },
    ],
    [
      "a secret",
      { files: { "/a": { content: secret("1") } } },
      { files: { "/a": { content: secret("2") } } },
      { 'files["/a"].content': "update" },
    ],
    [
      "the same value, now secret",
      { files: { "/a": { content: "1" } } },
      { files: { "/a": { content: secret("1") } } },
      {},
    ],
    [
      "an added and a dropped key",
      { files: { "/a": {} } },
      { files: { "/b": {} } },
      { 'files["/a"]': "delete", 'files["/b"]': "add" },
    ],
    ["lists", { packages: ["a"] }, { packages: ["a", "b"] }, { "packages[1]": "add" }],
    ["a shorter list", { packages: ["a", "b"] }, { packages: ["a"] }, { "packages[1]": "delete" }],
    [
      "a name that could be read otherwise, as the engine quotes it",
      { units: { 'a"\\b.service': { enabled: true } } },
      { units: { 'a"\\b.service': { enabled: false } } },
      { 'units["a\\"\\\\b.service"].enabled': "update" },
    ],
    ["what was a list", { ready: [] }, { ready: "unknown" }, { ready: "update" }],
    ["what was a map", { files: { "/a": {} } }, { files: "unknown" }, { files: "update" }],
    ["a list in the place of a map", { files: {} }, { files: [] }, { files: "update" }],
    ["an identity that the state does not tell", { cluster: undefined }, {}, {}],
  ])("%s", (_, old, wanted, changes) => {
    const found = layerDiff({ ...base, ...old }, { ...base, ...wanted });
    expect(Object.fromEntries(found)).toEqual(changes);
  });
});

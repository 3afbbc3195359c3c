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
  ])("%s", (_, old, wanted, changes) => {
    const found = layerDiff({ ...base, ...old }, { ...base, ...wanted });
    expect(Object.fromEntries(found)).toEqual(changes);
  });
});

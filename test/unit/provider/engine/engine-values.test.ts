import { fromStruct, toStruct } from "../../../../provider/engine/engine-values";
import type { Json } from "../../../../provider/json";

describe("values that the engine sends", () => {
  test("come in one order, so that texts made from them do not change from call to call", () => {
    const inputs = { b: 1, a: [{ d: null, c: "x" }], files: { "/b": "", "/a": false } };
    expect(JSON.stringify(fromStruct(toStruct(inputs)))).toBe(
      '{"a":[{"c":"x","d":null}],"b":1,"files":{"/a":false,"/b":""}}',
    );
  });

  test("are nothing where it sends none", () => {
    expect(fromStruct(undefined)).toEqual({});
  });
});

test.each<[string, object, Record<string, Json>]>([
  ["without the members that are undefined", { a: undefined, b: { c: undefined } }, { b: {} }],
  ["with those that are null", { a: null }, { a: null }],
  ["in the order of its lists", { a: [2, 1, "x"] }, { a: [2, 1, "x"] }],
])("the engine gets a value %s", (_, value, sent) => {
  expect(toStruct(value).toJavaScript()).toEqual(sent);
});

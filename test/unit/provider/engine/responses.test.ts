import { messages } from "../../../../provider/engine/proto";
import { checkResponse, diffResponse } from "../../../../provider/engine/responses";
import type { Change } from "../../../../provider/plan/diff";

test("a check gives back the inputs, and each mistake with its property", () => {
  const failures = [{ property: "files", reason: "must be a map" }];
  expect(checkResponse({ layer: "etcd" }, failures).toObject()).toMatchObject({
    inputs: { fieldsMap: [["layer", { stringValue: "etcd" }]] },
    failuresList: [{ property: "files", reason: "must be a map" }],
  });
});

describe("the engine is told of a difference", () => {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const { ADD, DELETE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;

  const told = (changes: Readonly<Record<string, Change>>): messages.DiffResponse.AsObject =>
    diffResponse(new Map(Object.entries(changes))).toObject();

  test("of none, so that it plans no update", () => {
    expect(told({})).toMatchObject({
      changes: DIFF_NONE,
      hasdetaileddiff: true,
      diffsList: [],
      replacesList: [],
      detaileddiffMap: [],
    });
  });

  test("by property, so that a preview shows it line by line", () => {
    const changes = {
      'files["/a"]': "delete",
      'files["/b"].content': "update",
      "packages[1]": "add",
      "units.app": "update",
    } as const;
    const kinds: Readonly<Record<keyof typeof changes, number>> = {
      'files["/a"]': DELETE,
      'files["/b"].content': UPDATE,
      "packages[1]": ADD,
      "units.app": UPDATE,
    };
    expect(told(changes)).toMatchObject({
      changes: DIFF_SOME,
      diffsList: ["files", "packages", "units"],
      replacesList: [],
      // they are differences of what the program says, whatever the state keeps
      detaileddiffMap: Object.entries(kinds).map(([path, kind]) => [
        path,
        { kind, inputdiff: true },
      ]),
    });
  });

  test("that makes another layer of it, which goes before the new one comes", () => {
    const changes = { cluster: "replace", "host.name": "replace", "packages[0]": "add" } as const;
    expect(told(changes)).toMatchObject({
      deletebeforereplace: true,
      replacesList: ["cluster", "host"],
      detaileddiffMap: [
        ["cluster", { kind: UPDATE_REPLACE }],
        ["host.name", { kind: UPDATE_REPLACE }],
        ["packages[0]", { kind: ADD }],
      ],
    });
  });
});

import * as pulumi from "@pulumi/pulumi";
import { ApiReader } from "../../../../addons/api/api-reader";
import { withoutAwaiting } from "../../../../addons/api/skip-await";
import { lostNodeNames, lostNodes } from "../../../../addons/cluster/lost-nodes";

jest.mock("../../../../addons/api/api-reader");

afterEach(() => jest.restoreAllMocks());

const node = (name: string, ready?: string) => ({
  metadata: { name },
  status: ready === undefined ? {} : { conditions: [{ type: "Ready", status: ready }] },
});

describe("a node is lost when it is not Ready and no node of the config", () => {
  test.each([
    ["Ready and known", node("w1", "True"), []],
    ["not Ready, but known", node("w1", "Unknown"), []],
    ["Ready and not known", node("w9", "True"), []],
    ["not Ready and not known", node("w9", "False"), ["w9"]],
    ["out of reach and not known", node("w9", "Unknown"), ["w9"]],
    ["never looked at and not known", node("w9"), ["w9"]],
  ])("%s", (_, item, lost) => {
    expect(lostNodeNames({ items: [item] }, new Set(["w1"]))).toEqual(lost);
  });

  test("none where there is no node at all", () => {
    expect(lostNodeNames({ items: null }, new Set())).toEqual([]);
  });
});

describe("the API is asked for lost nodes", () => {
  const hosts = [
    { name: "w1", node: true },
    { name: "e1", node: false },
  ];
  const lost = async (answer: unknown) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    jest.spyOn(ApiReader.prototype, "read").mockResolvedValue(answer);
    const names = await lostNodes(pulumi.output("kubeconfig"), { hosts: hosts as never });
    return { names, warnings: warn.mock.calls.map(([text]) => text) };
  };

  test("and a host that is a node no longer leaves one behind", async () => {
    const { names, warnings } = await lost({ items: [node("w1"), node("e1", "Unknown")] });
    expect(names).toEqual(["e1"]);
    expect(warnings).toEqual([expect.stringMatching(/^e1: not Ready.*kubectl delete node e1$/)]);
  });

  test("an answer that is no list keeps nothing from being repaired", async () => {
    const { names, warnings } = await lost({ kind: "Status" });
    expect(names).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/^whether all nodes are ready is not known: /),
    ]);
  });
});

describe("add-ons are waited for", () => {
  const host = (node: boolean, maintenance: boolean) => ({ node, maintenance });
  const waits = (maintenance: boolean, lost: readonly string[]) =>
    withoutAwaiting({ hosts: [host(true, maintenance)] as never }, lost).length === 0;

  test("unless a node is lost or in maintenance", () => {
    expect([waits(false, []), waits(true, []), waits(false, ["w9"])]).toEqual([true, false, false]);
  });
});

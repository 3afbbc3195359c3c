import { lostNodeNames } from "../../../../addons/cluster/lost-nodes";
import { withoutAwaiting } from "../../../../addons/api/skip-await";

const node = (name: string, ready?: string) => ({
  metadata: { name },
  status: ready === undefined ? {} : { conditions: [{ type: "Ready", status: ready }] },
});

describe("a node is lost when it is not Ready and no host of the config", () => {
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
});

describe("add-ons are waited for", () => {
  const host = (node: boolean, maintenance: boolean) => ({ node, maintenance });
  const waits = (maintenance: boolean, lost: readonly string[]) =>
    withoutAwaiting({ hosts: [host(true, maintenance)] as never }, lost).length === 0;

  test("unless a node is lost or in maintenance", () => {
    expect([waits(false, []), waits(true, []), waits(false, ["w9"])]).toEqual([true, false, false]);
  });
});

import * as pulumi from "@pulumi/pulumi";
import { ApiReader } from "../../../../addons/api/api-reader";
import { withoutAwaiting } from "../../../../addons/api/skip-await";
import { liveNodes, nodesOf } from "../../../../addons/cluster/live-nodes";
import { lostNodes } from "../../../../addons/cluster/lost-nodes";
import { nodesAway, stillUnready } from "../../../../addons/cluster/nodes-away";

jest.mock("../../../../addons/api/api-reader");

let warned: string[];
beforeEach(() => {
  warned = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation((text) => {
    warned.push(text);
    return Promise.resolve();
  });
});
afterEach(() => jest.restoreAllMocks());

const node = (name: string, ready?: string) => ({
  metadata: { name },
  status: ready === undefined ? {} : { conditions: [{ type: "Ready", status: ready }] },
});
const config = {
  hosts: [
    { name: "w1", node: true },
    { name: "e1", node: false },
  ],
} as unknown as Parameters<typeof lostNodes>[1]; // the two fields that are looked at

describe("a node is lost when it is not Ready and no node of the config", () => {
  test.each([
    ["Ready and known", node("w1", "True"), []],
    ["not Ready, but known", node("w1", "Unknown"), []],
    ["Ready and not known", node("w9", "True"), []],
    ["not Ready and not known", node("w9", "False"), ["w9"]],
    ["out of reach and not known", node("w9", "Unknown"), ["w9"]],
    ["never looked at and not known", node("w9"), ["w9"]],
    ["that of a host which is a node no longer", node("e1", "Unknown"), ["e1"]],
  ])("%s", (_, item, lost) => {
    expect(lostNodes(nodesOf({ items: [item] }), config)).toEqual(lost);
    expect(warned).toEqual(
      lost.map((name): unknown => expect.stringContaining(`kubectl delete node ${name}`)),
    );
  });

  test("none where there is no node at all", () => {
    expect(lostNodes(nodesOf({ items: null }), config)).toEqual([]);
  });
});

describe("the API is asked for its nodes", () => {
  const answered = (answer: unknown) => {
    jest.spyOn(ApiReader.prototype, "read").mockResolvedValue(answer);
    return liveNodes(pulumi.output("kubeconfig"));
  };

  test("with what a run decides by", async () => {
    const spec = { podCIDR: "10.244.1.0/24", taints: [{ key: "gpu", effect: "NoSchedule" }] };
    const metadata = { name: "w1", annotations: { "plinth/taints": "gpu:NoSchedule" } };
    expect(await answered({ items: [{ ...node("w1", "True"), metadata, spec }] })).toEqual([
      {
        name: "w1",
        isReady: true,
        podCidr: "10.244.1.0/24",
        taints: [{ key: "gpu", effect: "NoSchedule" }],
        annotations: { "plinth/taints": "gpu:NoSchedule" },
      },
    ]);
  });

  test("and an answer that is no list keeps nothing from being repaired", async () => {
    expect(await answered({ kind: "Status" })).toBeUndefined();
    expect(warned).toEqual([expect.stringMatching(/^whether all nodes are ready is not known: /)]);
  });
});

describe("add-ons are waited for", () => {
  const host = (maintenance: boolean) => ({ hosts: [{ node: true, maintenance }] }) as never;
  const away = (maintenance: boolean, lost: readonly string[]) =>
    nodesAway(host(maintenance), { lost, unready: [] }, pulumi.output(""), {} as never);

  test("unless a node is lost or in maintenance", () => {
    expect([away(false, []), away(true, []), away(false, ["w9"])]).toEqual([false, true, true]);
    expect([false, true].map((is) => withoutAwaiting(is, new Map()).length)).toEqual([0, 1]);
  });

  test.each([
    ["it is Ready again", [node("w1", "True")], []],
    ["it stays away", [node("w1", "False")], ["w1"]],
    ["it is gone", [], ["w1"]],
  ])("of a node that was not Ready where %s", async (_, items, left) => {
    const api = { read: () => Promise.resolve({ items }) };
    expect(await stillUnready(api, ["w1"], 0)).toEqual(left);
  });

  test("and a node gets some time to become Ready", async () => {
    const answers = [{ items: [node("w1", "False")] }, { items: [node("w1", "True")] }];
    const api = { read: () => Promise.resolve(answers.shift()) };
    expect(await stillUnready(api, ["w1"], 10)).toEqual([]);
  });

  test("which is all that an API in trouble gets", async () => {
    const api = { read: () => Promise.reject(new Error("no answer")) };
    expect(await stillUnready(api, ["w1"], 0)).toEqual(["w1"]);
  });
});

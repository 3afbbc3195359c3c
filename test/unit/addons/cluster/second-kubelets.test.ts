import * as pulumi from "@pulumi/pulumi";
import { ApiReader } from "../../../../addons/api/api-reader";
import type { LiveNode } from "../../../../addons/cluster/live-nodes";
import { refuseSecondKubelets, renewedLeases } from "../../../../addons/cluster/second-kubelets";

jest.mock("../../../../addons/api/api-reader");

/** An API whose leases were renewed at these times, one answer after the other; the last one again and again. */
function leases(times: Readonly<Record<string, readonly (string | null | undefined)[]>>) {
  const counts = new Map<string, number>();
  const read = (path: string): Promise<unknown> => {
    const [, name = ""] = /kube-node-lease\/leases\/(.*)$/.exec(path) ?? [];
    const told = times[name] ?? [];
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const renewTime = told[Math.min(count, told.length - 1)];
    return renewTime === undefined
      ? Promise.reject(new Error("the API answered 404"))
      : Promise.resolve({ spec: { renewTime } });
  };
  return { read };
}

describe("a kubelet answers", () => {
  const answering = (times: Parameters<typeof leases>[0]) =>
    renewedLeases(leases(times), Object.keys(times), 0.05, 5);

  test("when it renews its lease while somebody looks, whatever time it has", async () => {
    expect(await answering({ w1: ["2020-01-01T00:00:00Z", "2020-01-01T00:00:10Z"] })).toEqual([
      "w1",
    ]);
  });

  test.each<[string, readonly (string | null | undefined)[]]>([
    ["has not renewed it", ["2026-01-01T00:00:00Z"]],
    ["never had one", [undefined]],
    ["has an empty one", [null]],
    ["could not be asked for once", ["2026-01-01T00:00:00Z", undefined, "2026-01-01T00:00:00Z"]],
  ])("no longer when it %s", async (_, times) => {
    expect(await answering({ w1: times })).toEqual([]);
  });

  test("each for itself", async () => {
    const times = { w1: ["a"], w2: ["a", "a", "b"], w3: ["a", "b"] };
    expect(await answering(times)).toEqual(["w2", "w3"]);
  });
});

describe("a machine that is to become a node", () => {
  const config = {
    hosts: [
      { name: "w1", node: true, internalAddress: "10.0.0.29" },
      { name: "e1", node: false, internalAddress: "10.0.0.41" },
    ],
  } as unknown as Parameters<typeof refuseSecondKubelets>[0]; // the fields that are looked at
  const node = (name: string, changes: Partial<LiveNode> = {}): LiveNode => ({
    name,
    isReady: true,
    internalIp: "10.0.0.21",
    podCidr: undefined,
    taints: [],
    annotations: {},
    ...changes,
  });
  const run = (unmarked: readonly string[], live: readonly LiveNode[]) => {
    const { read } = leases({ w1: ["a", "b"], e1: ["a", "b"] });
    jest.mocked(ApiReader).mockImplementation(() => ({ read }) as unknown as ApiReader);
    return refuseSecondKubelets(config, pulumi.output("kubeconfig"), new Set(unmarked), live);
  };

  test("is refused while that node's kubelet answers from another one", async () => {
    await expect(run(["w1"], [node("w1")])).rejects.toThrow(
      "w1: the machine at 10.0.0.29 has nothing of this cluster, but the kubelet of the node w1 " +
        "answers, from a machine that registered at 10.0.0.21\nit may be a mistyped address",
    );
  });

  test.each<[string, readonly string[], readonly LiveNode[]]>([
    ["has the cluster's marker", [], [node("w1")]],
    [
      "is reinstalled, and its node is not Ready any more",
      ["w1"],
      [node("w1", { isReady: false })],
    ],
    ["is new, and has no node", ["w1"], [node("w2")]],
    ["is to be no node", ["e1"], [node("e1")]],
  ])("is taken when it %s, without waiting", async (_, unmarked, live) => {
    await expect(run(unmarked, live)).resolves.toBeUndefined();
    expect(ApiReader).not.toHaveBeenCalled();
  });

  beforeEach(() => jest.mocked(ApiReader).mockClear());
});

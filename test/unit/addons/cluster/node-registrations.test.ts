import * as pulumi from "@pulumi/pulumi";
import type { LiveNode } from "../../../../addons/cluster/live-nodes";
import { nodeRegistrations, renewalReason } from "../../../../addons/cluster/node-registrations";
import type { NodeTraces } from "../../../../components/survey/node-traces";

const traces = (podCidrs: readonly string[], wasNode = true): NodeTraces => ({
  wasNode,
  registrations: 3,
  podCidrs,
});
const live = (podCidr: string | undefined, knowsFlannel = true): LiveNode => ({
  name: "w1",
  isReady: true,
  podCidr,
  taints: [],
  annotations: knowsFlannel ? { "flannel.alpha.coreos.com/kube-subnet-manager": "true" } : {},
});
const [one, other] = ["10.244.1.0/24", "10.244.2.0/24"];

describe("a node is registered anew", () => {
  test.each([
    ["was deleted", traces([one]), undefined, "its Node object was deleted"],
    ["was deleted before it had pods", traces([]), undefined, "its Node object was deleted"],
    [
      "has other addresses for pods than flannel on the host",
      traces([one, other]),
      live(other),
      `its Node object was made anew with the pod network ${other}, and its pods are in ${one}`,
    ],
    [
      "has other addresses for pods than the bridge on the host",
      traces([other, one]),
      live(other),
      `its Node object was made anew with the pod network ${other}, and its pods are in ${one}`,
    ],
    [
      "has the same addresses, but flannel started before it",
      traces([one]),
      live(one, false),
      "its Node object was made anew, and flannel does not know of it",
    ],
  ])("where its Node object %s", (_, found, node, reason) => {
    expect(renewalReason(found, node)).toBe(reason);
  });

  test.each([
    ["is as the host has it", traces([one, one]), live(one)],
    ["has no addresses for pods yet", traces([one]), live(undefined)],
    ["is new, and no pod runs there", traces([]), live(one, false)],
    ["is not there, as the host was no node before", traces([], false), undefined],
  ])("but not where it %s", (_, found, node) => {
    expect(renewalReason(found, node)).toBeUndefined();
  });
});

describe("a host's count of registrations", () => {
  const config = { hosts: [{ name: "w1" }, { name: "w2" }] } as unknown as Parameters<
    typeof nodeRegistrations
  >[0]; // nothing but names is looked at

  test("grows with each, which a warning tells", () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const found = new Map([["w1", traces([one])]]);
    expect(nodeRegistrations(config, found, [])).toEqual(
      new Map([["w1", { count: 4, isRenewed: true }]]),
    );
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      "w1: its Node object was deleted: its kubelet starts again, and its pods on a new pod network",
    ]);
    warn.mockRestore();
  });

  test("stays where the API could not be asked", () => {
    const found = new Map([["w1", traces([one])]]);
    expect(nodeRegistrations(config, found, undefined)).toEqual(
      new Map([["w1", { count: 3, isRenewed: false }]]),
    );
  });

  test("begins with one", () => {
    const found = new Map([["w2", { wasNode: false, registrations: undefined, podCidrs: [] }]]);
    expect(nodeRegistrations(config, found, [])).toEqual(
      new Map([["w2", { count: 1, isRenewed: false }]]),
    );
  });
});

import { changedTaints, taintsText } from "../../../../addons/cluster/node-taints";
import type { LiveTaint } from "../../../../addons/cluster/live-nodes";

const gpu = { key: "gpu", value: "yes", effect: "NoSchedule" } as const;
const controlPlane = {
  key: "node-role.kubernetes.io/control-plane",
  effect: "NoSchedule",
} as const;
const unreachable: LiveTaint = {
  key: "node.kubernetes.io/unreachable",
  effect: "NoExecute",
  timeAdded: "2026-01-01T00:00:00Z",
};

test.each<[string, Parameters<typeof changedTaints>[0], readonly LiveTaint[], string, unknown]>([
  ["all there", [gpu], [gpu], "gpu=yes:NoSchedule", undefined],
  ["all there beside those of others", [gpu], [unreachable, gpu], "", undefined],
  ["none wanted beside those of others", [], [unreachable], "", undefined],
  ["one missing", [gpu], [unreachable], "gpu=yes:NoSchedule", [unreachable, gpu]],
  ["one new", [controlPlane, gpu], [controlPlane], "", [controlPlane, gpu]],
  ["another value", [gpu], [{ ...gpu, value: "no" }, unreachable], "", [gpu, unreachable]],
  ["a value that is empty", [controlPlane], [{ ...controlPlane, value: "" }], "", undefined],
  [
    "the same key with another effect",
    [gpu],
    [{ ...gpu, effect: "NoExecute" }],
    "",
    [{ ...gpu, effect: "NoExecute" }, gpu],
  ],
  ["one dropped from the config", [], [gpu, unreachable], "gpu=yes:NoSchedule", [unreachable]],
  ["one of another's with that key", [], [gpu], "gpu:NoExecute", undefined],
  ["the control plane's, before anything was remembered", [], [controlPlane], "", []],
])("taints of a node, %s", (_, wanted, taints, remembered, changed) => {
  const annotations = remembered === "" ? {} : { "plinth/taints": remembered };
  expect(changedTaints(wanted, { taints, annotations })).toEqual(changed);
});

test("taints are remembered as kubectl writes them", () => {
  expect(taintsText([gpu, controlPlane])).toBe(
    "gpu=yes:NoSchedule,node-role.kubernetes.io/control-plane:NoSchedule",
  );
});

import { applySteps, type GroupSteps } from "../../../../provider/apply/steps";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { LiveHost } from "../../../../provider/look/live-state";
import { appHost, appLayer, planned, running } from "../../../support/provider/app-layer";

const group: GroupSteps = { rolling: false, gate: ["pass_gate"], prepare: ["run_command"] };
const without: HostLayerInputs = { ...appLayer, units: {}, unitOrder: [] };
const halted: HostLayerInputs = {
  ...appLayer,
  units: { "app.service": { ...appLayer.units["app.service"]!, running: false } },
};
const outdated = appHost({ hashes: { "/etc/app.conf": "0".repeat(64) }, record: {} });
const stopped = appHost({
  unit: { ...running, running: false, active: false, state: "inactive (dead)" },
});

test.each<[string, HostLayerInputs, LiveHost, readonly string[]]>([
  ["a restart", appLayer, outdated, ["place", "pass_gate", "run_command", "launch_units"]],
  ["a start", appLayer, stopped, ["pass_gate", "run_command", "launch_units"]],
  ["a stop", halted, appHost(), ["pass_gate", "stop_units"]],
  ["the end of a unit that goes", without, appHost(), ["pass_gate", "retire_units"]],
])("the gate comes as the last step before %s", (_, inputs, host, expected) => {
  const plan = planned(inputs, appLayer, host);
  const { steps } = applySteps(wantedLayer(inputs), host, plan, ["take_lease"], group);
  const shown = [...new Set([...expected, "pass_gate", "run_command", "launch_units"])];
  expect(steps.map(([verb]) => verb).filter((verb) => shown.includes(verb))).toEqual(expected);
});

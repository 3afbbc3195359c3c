import type { ReadyCheck } from "../../../../provider/api";
import { readySteps } from "../../../../provider/apply/ready-steps";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { appLayer, unit } from "../../../support/provider/app-layer";

const watched = "app.service other.service";
const layer: HostLayerInputs = {
  ...appLayer,
  units: {
    "other.service": unit,
    "idle.service": { ...unit, running: false },
    "app.service": unit,
  },
  unitOrder: ["app.service", "idle.service", "other.service"],
};
const deadlineSeconds = 30;

test.each<[ReadyCheck, string[]]>([
  [
    { kind: "unit", unit: "app.service", deadlineSeconds },
    ["app.service", "30", watched, "ready_unit", "app.service"],
  ],
  [
    { kind: "tcp", address: "10.0.0.1", port: 6443, deadlineSeconds },
    ["10.0.0.1:6443", "30", watched, "ready_tcp", "10.0.0.1", "6443"],
  ],
  [
    { kind: "https", url: "https://x/livez", caFile: "/ca", deadlineSeconds },
    ["https://x/livez", "30", watched, "ready_https", "https://x/livez", "/ca", "", ""],
  ],
  [
    {
      kind: "https",
      url: "https://x/livez",
      caFile: "/ca",
      certFile: "/crt",
      keyFile: "/key",
      deadlineSeconds,
    },
    ["https://x/livez", "30", watched, "ready_https", "https://x/livez", "/ca", "/crt", "/key"],
  ],
  [
    { kind: "command", command: ["test", "-d", "/a b"], deadlineSeconds },
    ['"test -d /a b"', "30", watched, "ready_command", "test", "-d", "/a b"],
  ],
])("%j waits while it watches the units that run", (check, args) => {
  const [wait] = readySteps({ ...layer, ready: [check] });
  expect(wait).toEqual(["wait_for", ...args]);
});

test("checks come in their order, and after them every unit has to stay up", () => {
  const ready: ReadyCheck[] = ["b", "a"].map((name) => ({
    kind: "command",
    command: [name],
    deadlineSeconds,
  }));
  const steps = readySteps({ ...layer, ready });
  expect(steps.map(([verb, what]) => `${verb} ${what ?? ""}`)).toEqual([
    'wait_for "b"',
    'wait_for "a"',
    "verify_units app.service",
  ]);
  expect(steps.at(-1)).toEqual(["verify_units", "app.service", "other.service"]);
});

test("a layer without units that run verifies none", () => {
  expect(readySteps({ ...layer, units: {}, unitOrder: [] })).toEqual([]);
});

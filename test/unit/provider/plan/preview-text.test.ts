import type { Unit } from "../../../../provider/api";
import { noItems } from "../../../../provider/layer/item-kinds";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { restartNotesLine } from "../../../../provider/plan/restart-notes";
import { restartNotes, isPlannable, planSummary } from "../../../../provider/plan/preview-text";
import { liveLayer } from "../../../../provider/look/live-layer";
import type { LiveHost, UnitState } from "../../../../provider/look/live-state";
import {
  appHost,
  appLayer,
  file,
  planned,
  rightKeys,
  running,
  unit as appUnit,
} from "../../../support/provider/app-layer";
import { fullHost, fullLayer } from "../../../support/provider/full-layer";
import { unknownValue } from "../../../../provider/json";

const unit: Unit = {
  content: "[Service]\nExecStart=/usr/bin/app\n",
  enabled: false,
  running: true,
  restartOn: ["/etc/app.conf"],
  reloadOn: ["/etc/reload.conf"],
};

/** A layer of one host with two units, of which `app` reads two files. */
function layer(parts: Partial<HostLayerInputs> = {}, changed: string[] = []): HostLayerInputs {
  const connection = { name: "h1", address: "10.0.0.1", port: 22, user: "root" };
  const file = (path: string): HostLayerInputs["files"] => ({
    [path]: { content: changed.includes(path) ? "2" : "1", mode: "0644", owner: "root:root" },
  });
  const units = parts.units ?? {
    "app.service": unit,
    "other.service": { ...unit, restartOn: [], reloadOn: [] },
  };
  return {
    host: connection,
    cluster: "c",
    layer: "l",
    ...noItems,
    files: { ...file("/etc/app.conf"), ...file("/etc/reload.conf"), ...file("/etc/motd") },
    unitOrder: Object.keys(units),
    rollout: { group: "g", maxUnavailable: 1 },
    ...parts,
    units,
  };
}

const turn = "(one host of g at a time)";
const stopped = { "app.service": { ...unit, running: false }, "other.service": unit };
const many: HostLayerInputs["rollout"] = {
  group: "g",
  maxUnavailable: 2,
};

/** What a preview without a look at the host says of an edit. */
function told(wanted: HostLayerInputs, old: HostLayerInputs): string {
  return restartNotesLine(restartNotes(wantedLayer(wanted), wantedLayer(old), undefined));
}

test.each<[string, HostLayerInputs, string]>([
  ["what a unit starts with", layer({}, ["/etc/app.conf"]), `restarts app on h1 ${turn}`],
  ["what a unit reads again", layer({}, ["/etc/reload.conf"]), "reloads app on h1"],
  ["both", layer({}, ["/etc/app.conf", "/etc/reload.conf"]), `restarts app on h1 ${turn}`],
  ["what no unit reads", layer({}, ["/etc/motd"]), "interrupts nothing on h1"],
  ["a kernel parameter", layer({ sysctls: { "vm.a": "1" } }), "interrupts nothing on h1"],
  ["whether a unit runs", layer({ units: stopped }), `stops app on h1 ${turn}`],
  ["a unit that goes", layer({ units: { "app.service": unit } }), `stops other on h1 ${turn}`],
  [
    "a unit's own text",
    layer({ units: { ...layer().units, "app.service": { ...unit, content: "[Service]\n" } } }),
    `restarts app on h1 ${turn}`,
  ],
  [
    "a unit that comes",
    layer({ units: { ...layer().units, "new.service": unit } }),
    "starts new on h1",
  ],
  [
    "what a unit of a group of many starts with",
    layer({ rollout: many }, ["/etc/app.conf"]),
    "restarts app on h1 (2 hosts of g at a time)",
  ],
])("a preview without a look at the host tells the consequence of %s", (_, wanted, said) => {
  expect(told(wanted, layer())).toBe(said);
});

test.each<[string, HostLayerInputs, HostLayerInputs, string]>([
  [
    "a unit that goes, but did not run",
    layer({ units: { ...layer().units, "other.service": { ...unit, running: false } } }),
    layer({ units: { "app.service": unit } }),
    "interrupts nothing on h1",
  ],
  ["a unit that runs from now on", layer({ units: stopped }), layer(), "starts app on h1"],
  [
    "a unit that is stopped as before",
    layer({ units: stopped }),
    layer({ units: stopped, sysctls: { "vm.a": "1" } }),
    "interrupts nothing on h1",
  ],
])("and that of %s", (_, old, wanted, said) => {
  expect(told(wanted, old)).toBe(said);
});

describe("a preview after a look at the host tells what the host itself makes necessary", () => {
  const idle: UnitState = { ...running, running: false, active: false };
  const older = { ...rightKeys, "/etc/app.conf": "older" };
  const off = { ...appLayer, units: { "app.service": { ...appUnit, running: false } } };
  test.each<[string, HostLayerInputs, LiveHost, string]>([
    ["nothing", appLayer, appHost({ record: rightKeys }), "interrupts nothing on cp1"],
    [
      "a restart that a run before this one owes",
      appLayer,
      appHost({ record: older }),
      "restarts app on cp1",
    ],
    ["a start", appLayer, appHost({ unit: idle }), "starts app on cp1"],
    ["a stop", off, appHost({ record: rightKeys }), "stops app on cp1"],
    ["no stop of what is stopped", off, appHost({ unit: idle }), "interrupts nothing on cp1"],
    [
      "a reload",
      appLayer,
      appHost({ record: { ...rightKeys, "/etc/reload.conf": "older" } }),
      "reloads app on cp1",
    ],
  ])("%s", (_, inputs, host, said) => {
    const wanted = wantedLayer(inputs);
    const found = restartNotes(wanted, wantedLayer(appLayer), liveLayer(wanted, host));
    expect(restartNotesLine(found)).toBe(said);
  });
});

describe("the log of an update names what it does, by kind", () => {
  test.each<[string, HostLayerInputs, LiveHost, object]>([
    ["nothing", fullLayer, fullHost(), { reloadSystemd: false }],
    [
      "items and what is taken away",
      { ...fullLayer, packages: ["socat", "curl"], links: {} },
      fullHost(),
      { reloadSystemd: false, packages: ["curl"], removed: ["/usr/bin/app-link"] },
    ],
    [
      "units",
      appLayer,
      appHost({ unit: { ...running, needsReload: true }, record: rightKeys }),
      { reloadSystemd: true },
    ],
  ])("%s", (_, inputs, host, done) => {
    const summary = planSummary(planned(inputs, undefined, host));
    expect(JSON.parse(summary.replace(/^changes /, ""))).toEqual(done);
  });
});

describe("a preview tells consequences where all that they follow from is known", () => {
  test.each<[string, object, boolean]>([
    ["all is known", {}, true],
    ["there is nothing", noItems, true],
    ["a text is unknown", { files: { "/a": { ...file("1"), content: unknownValue } } }, true],
    ["a kernel parameter is unknown", { sysctls: { "vm.a": unknownValue } }, true],
    ["all packages are unknown", { packages: unknownValue }, false],
    ["all files are unknown", { files: unknownValue }, false],
    ["one of the files is unknown", { files: { "/a": file("1"), "/b": unknownValue } }, false],
    ["all kernel parameters are unknown", { sysctls: unknownValue }, false],
    ["the order of units is unknown", { unitOrder: unknownValue }, false],
  ])("%s", (_, parts, isKnown) => {
    const inputs = { ...fullLayer, ...parts } as unknown as HostLayerInputs; // as in a preview
    expect(isPlannable(inputs)).toBe(isKnown);
  });
});

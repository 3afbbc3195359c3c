import type { Unit } from "../../../../provider/api";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { unitFile } from "../../../../provider/layer/layer-files";
import type { LiveHost, UnitState } from "../../../../provider/look/live-state";
import type { UnitPlan } from "../../../../provider/plan/unit-plan";
import { pathState, planned, running, startedAt, unit } from "../../../support/provider/app-layer";
import { fullHost, fullLayer, helper, put } from "../../../support/provider/full-layer";

const right = fullHost();
const app = "app.service";
const bootLink = unitFile(`multi-user.target.wants/${app}`);
const down: UnitState = { ...running, running: false, active: false, invocation: "" };

function plan(host: LiveHost, units: Readonly<Record<string, Unit>> = {}): UnitPlan {
  const inputs: HostLayerInputs = { ...fullLayer, units: { ...fullLayer.units, ...units } };
  return planned(inputs, fullLayer, host).units;
}

/** The right host with other states of units, records or paths. */
function host(units: Readonly<Record<string, UnitState>>, parts: Partial<LiveHost> = {}): LiveHost {
  return { ...right, units: new Map([...right.units, ...Object.entries(units)]), ...parts };
}

/** What is different from a plan that does nothing. */
function parts(found: UnitPlan): Partial<UnitPlan> {
  const idle = Object.entries(plan(right));
  return Object.fromEntries(
    Object.entries(found).filter(([key, value]) => {
      const [, nothing] = idle.find(([other]) => other === key) ?? [];
      return JSON.stringify(value) !== JSON.stringify(nothing);
    }),
  );
}

test("units that run with what is wanted and start at boot are left alone", () => {
  expect(plan(right)).toEqual({
    dropIns: [],
    enable: [],
    disable: [],
    reloadSystemd: false,
    stop: [],
    launch: [],
    reload: [],
    records: [],
    interrupted: [],
    changes: false,
  });
});

describe("after the next boot runs what should", () => {
  const changed = { reloadSystemd: true, changes: true };
  const unlinked: LiveHost = { ...right, paths: put(right.paths, bootLink, undefined) };
  const edited: LiveHost = { ...right, hashes: put(right.hashes, unitFile(app), "edited") };
  test.each<[string, LiveHost, boolean, Partial<UnitPlan>]>([
    ["a unit whose boot link is gone is enabled", unlinked, true, { enable: [app], ...changed }],
    [
      "a unit whose file was edited is enabled anew, for its [Install] may have been, too",
      edited,
      true,
      { enable: [app], ...changed },
    ],
    ["a unit that should not is disabled", right, false, { disable: [app], ...changed }],
    ["a unit that neither does nor should is left alone", unlinked, false, {}],
  ])("%s", (_, live, enabled, expected) => {
    expect(parts(plan(live, { [app]: { ...unit, enabled } }))).toEqual(expected);
  });
});

describe("systemd reads its files again", () => {
  test("where it says that it should, be it of one unit", () => {
    const found = plan(host({ "helper.service": { ...running, needsReload: true } }));
    expect(parts(found)).toEqual({ reloadSystemd: true, changes: true });
  });

  test("where a drop-in goes that no layer brought", () => {
    const dropIn = `/etc/systemd/system/${app}.d/a.conf`;
    const found = plan(host({ [app]: { ...running, dropIns: [dropIn] } }));
    expect(parts(found)).toEqual({ dropIns: [dropIn], reloadSystemd: true, changes: true });
  });

  test("where a unit goes", () => {
    const less = { ...fullLayer, units: { [app]: unit }, unitOrder: [app] };
    expect(planned(less, fullLayer, right).units.reloadSystemd).toBe(true);
  });
});

describe("what is interrupted", () => {
  test("units stop in the reverse of the order in which they start", () => {
    const idle = {
      [app]: { ...unit, running: false },
      "helper.service": { ...helper, running: false },
    };
    const { stop, interrupted, launch } = plan(right, idle);
    expect(stop).toEqual(["helper.service", app]);
    expect([...interrupted].sort()).toEqual([app, "helper.service"]);
    expect(launch).toEqual([]);
  });

  test("a stopped unit that should not run is not stopped again", () => {
    const found = plan(host({ [app]: down }), { [app]: { ...unit, running: false } });
    expect(found.stop).toEqual([]);
  });

  test("a restart interrupts, a start does not", () => {
    const found = plan(host({ [app]: down }));
    const old = { invocation: "one", inputs: { [unitFile("helper.service")]: "old" } };
    const both = plan(
      host({ [app]: down }, { records: put(right.records, "helper.service", old) }),
    );
    expect([found.launch, found.interrupted]).toEqual([[{ unit: app, verb: "start" }], []]);
    expect([both.launch, both.interrupted]).toEqual([
      [
        { unit: app, verb: "start" },
        { unit: "helper.service", verb: "restart" },
      ],
      ["helper.service"],
    ]);
  });

  test("a unit of which systemd says nothing yet is started", () => {
    expect(plan({ ...right, units: new Map(), records: new Map() })).toMatchObject({
      launch: [
        { unit: app, verb: "start" },
        { unit: "helper.service", verb: "start" },
      ],
      interrupted: [],
    });
  });

  test("a unit that does not run is not reloaded, one that should not run neither", () => {
    const inputs = { ...right.records.get(app)?.inputs, "/etc/reload.conf": "old" };
    const records = put(right.records, app, { invocation: "one", inputs });
    expect(plan(host({}, { records })).reload).toEqual([app]);
    expect(plan(host({}, { records }), { [app]: { ...unit, running: false } }).reload).toEqual([]);
    const crashing = { ...running, running: false };
    expect(plan(host({ [app]: crashing }, { records })).reload).toEqual([]);
  });
});

describe("the record of what a unit was started with", () => {
  const inputs = right.records.get(app)?.inputs ?? {};

  test("is written for the process that is about to start, after the one before it", () => {
    const found = plan(host({ [app]: down }, { records: new Map() }));
    expect(found.records[0]).toEqual({ unit: app, before: "", next: inputs });
    const old = { ...inputs, "/etc/app.conf": "old" };
    const records = put(right.records, app, { invocation: "one", inputs: old });
    expect(plan(host({}, { records })).records).toEqual([
      { unit: app, before: "one", next: inputs },
    ]);
  });

  test("is written for a process that somebody else started with all that is wanted", () => {
    const found = plan(host({}, { records: put(right.records, app, undefined) }));
    expect(parts(found)).toEqual({
      records: [{ unit: app, before: "one", same: inputs, next: inputs }],
      changes: true,
    });
  });

  test("says of a unit that is reloaded only that it has read what a reload reads", () => {
    const known = { [unitFile(app)]: inputs[unitFile(app)] ?? "", "/usr/bin/app": "a".repeat(64) };
    const record = {
      invocation: "one",
      inputs: { ...known, "/etc/app.conf": inputs["/etc/app.conf"] ?? "" },
    };
    const newer = pathState({ changedAt: startedAt + 1 });
    const found = plan(
      host(
        {},
        {
          records: put(right.records, app, record),
          paths: put(right.paths, "/etc/reload.conf", newer),
        },
      ),
    );
    expect(parts(found)).toEqual({
      reload: [app],
      records: [{ unit: app, before: "one", same: inputs, next: inputs }],
      changes: true,
    });
  });

  test("is not kept of a unit that should not run", () => {
    const idle = { [app]: { ...unit, running: false } };
    const records = put(right.records, app, undefined);
    expect(plan(host({}, { records }), idle).records).toEqual([]);
  });
});

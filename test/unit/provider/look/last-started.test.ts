import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { liveLayer } from "../../../../provider/look/live-layer";
import type { LiveUnit } from "../../../../provider/look/last-started";
import type { LiveHost } from "../../../../provider/look/live-state";
import {
  appHost,
  appLayer,
  pathState,
  rightKeys,
  running,
  startedAt,
  unit,
  unitPath,
} from "../../../support/provider/app-layer";

const name = "app.service";
const wants = "/etc/systemd/system/multi-user.target.wants/app.service";

function found(host: LiveHost, inputs = appLayer): LiveUnit | undefined {
  return liveLayer(wantedLayer(inputs), host).units.get(name);
}

describe("what a process was started with, so that nothing runs with something older for long", () => {
  const conf = "/etc/app.conf";
  const changed = (changedAt: number): LiveHost =>
    appHost({ paths: { [conf]: pathState({ changedAt }) } });

  test.each<[string, LiveHost, string | undefined]>([
    [
      "is what was recorded of it, whatever the file is now",
      appHost({ record: { [conf]: "older" }, hashes: { [conf]: "edited" } }),
      "older",
    ],
    [
      "without a record of it is what the file is, where that is older",
      changed(startedAt - 1),
      rightKeys[conf],
    ],
    ["is unknown where the file was changed after the start", changed(startedAt + 1), undefined],
    ["is unknown where both were at once", changed(startedAt), undefined],
    [
      "is unknown where the time of the start is",
      appHost({ unit: { ...running, startedAt: undefined } as never }), // as systemd tells none
      undefined,
    ],
    ["is unknown of a file that is gone", appHost({ paths: { [conf]: undefined } }), undefined],
    [
      "is unknown where a record is of an earlier process, and the file newer",
      appHost({
        record: rightKeys,
        unit: { ...running, invocation: "two" },
        paths: { [conf]: pathState({ changedAt: startedAt + 1 }) },
      }),
      undefined,
    ],
  ])("%s", (_, host, key) => {
    expect(found(host)?.startedWith[conf]).toBe(key);
  });

  test("is nothing while nothing runs", () => {
    const stopped = { ...running, running: false, active: false };
    expect(found(appHost({ unit: stopped, record: rightKeys }))?.startedWith).toEqual({});
    expect(found({ ...appHost(), units: new Map() })?.startedWith).toEqual({});
  });

  test("is beside what systemd says of it now", () => {
    expect(found(appHost())?.state).toBe(running);
  });

  test("holds for all that its unit names, its own file included", () => {
    expect(found(appHost())?.startedWith).toEqual(rightKeys);
    expect(Object.keys(rightKeys)).toContain(unitPath);
  });

  test("a record counts as one of this process only with the same invocation", () => {
    expect(found(appHost({ record: rightKeys }))?.recorded).toEqual(rightKeys);
    const later = appHost({ record: rightKeys, unit: { ...running, invocation: "two" } });
    expect(found(later)).not.toHaveProperty("recorded");
    // a unit that was never started has no invocation
    const never = { ...appHost(), units: new Map(), records: new Map() };
    expect(found(never)).toEqual({ enabled: true, dropIns: [], startedWith: {} });
  });
});

describe("a unit starts at boot", () => {
  const both = {
    ...appLayer,
    units: { [name]: { ...unit, content: `${unit.content}RequiredBy=sshd.service\n` } },
  };
  const required = "/etc/systemd/system/sshd.service.requires/app.service";
  const link = pathState({ kind: "link" });
  test.each<[string, boolean, LiveHost, typeof appLayer]>([
    ["by its link", true, appHost(), appLayer],
    ["not without its link", false, appHost({ paths: { [wants]: undefined } }), appLayer],
    ["not by a file in its place", false, appHost({ paths: { [wants]: pathState() } }), appLayer],
    ["by all of its links", true, appHost({ paths: { [required]: link } }), both],
    ["not by one of two", false, appHost(), both],
    [
      "not where it has no [Install] section",
      false,
      appHost(),
      { ...appLayer, units: { [name]: { ...unit, content: "[Service]\n" } } },
    ],
  ])("%s", (_, enabled, host, inputs) => {
    expect(found(host, inputs)?.enabled).toBe(enabled);
  });
});

describe("a drop-in is somebody else's", () => {
  const withDropIn = (path: string): LiveHost => appHost({ unit: { ...running, dropIns: [path] } });
  test.each([
    "/etc/systemd/system/app.service.d/a.conf",
    "/run/systemd/system/app.service.d/a.conf",
    "/etc/systemd/system.control/app.service.d/50-MemoryMax.conf",
    "/run/systemd/system.control/app.service.d/50-MemoryMax.conf",
  ])("in a place where administrators put it: %s", (path) => {
    expect(found(withDropIn(path))?.dropIns).toEqual([path]);
  });

  test.each([
    "/usr/lib/systemd/system/app.service.d/vendor.conf",
    "/etc/systemd/system/service.d/for-all.conf",
    "/etc/systemd/system/app.service.d.old/a.conf",
  ])("but not where a distribution or one for all units puts it: %s", (path) => {
    expect(found(withDropIn(path))?.dropIns).toEqual([]);
  });

  test("but not where a layer of this host brought it", () => {
    const path = "/etc/systemd/system/app.service.d/a.conf";
    const own = {
      ...appLayer,
      files: { ...appLayer.files, [path]: { content: "", mode: "0644", owner: "root:root" } },
    };
    expect(found(withDropIn(path), own)?.dropIns).toEqual([]);
    const manifest = { ...wantedLayer(appLayer).manifest, layer: "other", files: [path] };
    const host = { ...withDropIn(path), manifests: new Map([["other", manifest]]) };
    expect(found(host)?.dropIns).toEqual([]);
  });
});

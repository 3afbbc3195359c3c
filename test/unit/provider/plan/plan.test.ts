import type { Manifest } from "../../../../provider/layer/manifest";
import { sha256 } from "../../../../provider/layer/layer-files";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { liveLayer } from "../../../../provider/look/live-layer";
import type { LiveHost } from "../../../../provider/look/live-state";
import { sameSysctl } from "../../../../provider/plan/item-plan";
import type { Plan } from "../../../../provider/plan/plan";
import {
  appHost as host,
  appLayer as wanted,
  file,
  pathState,
  planned,
  rightKeys,
  running,
  startedAt,
  unit,
  unitPath,
} from "../../../support/provider/app-layer";
import { fullHost, fullLayer, put } from "../../../support/provider/full-layer";

const edited = { hashes: { "/etc/app.conf": sha256("edited") } };
const newer = { "/etc/app.conf": pathState({ changedAt: startedAt + 5 }) };

function launches({ units }: Plan): string[] {
  return units.launch.map(({ verb, unit: name }) => `${verb} ${name}`);
}

describe("restarts", () => {
  test.each<[string, LiveHost, string[]]>([
    ["everything is right and recorded", host({ record: rightKeys }), []],
    ["a host was booted: no record, but all inputs are older than the process", host(), []],
    [
      "a file was edited and the process recorded with the right one",
      host({ ...edited, paths: newer, record: rightKeys }),
      [],
    ],
    ["a file was edited before the process was started", host(edited), ["restart app.service"]],
    [
      "a file is right again, but nobody knows what the process read",
      host({ paths: newer }),
      ["restart app.service"],
    ],
    [
      "a run died between writing and restarting",
      host({ paths: newer, record: { ...rightKeys, "/etc/app.conf": sha256("0") } }),
      ["restart app.service"],
    ],
    [
      "the record is of an earlier process",
      host({ paths: newer, record: rightKeys, unit: { ...running, invocation: "two" } }),
      ["restart app.service"],
    ],
    [
      "the unit file was replaced while it ran",
      host({ hashes: { [unitPath]: sha256("x") }, record: rightKeys }),
      [],
    ],
    [
      "the process runs an older executable",
      host({ record: { ...rightKeys, "/usr/bin/app": "b".repeat(64) } }),
      ["restart app.service"],
    ],
    [
      "the unit is stopped",
      host({ unit: { ...running, running: false, active: false } }),
      ["start app.service"],
    ],
    [
      "the unit is in a loop of crashes",
      host({
        unit: { ...running, running: false, state: "activating (auto-restart)" },
        record: rightKeys,
      }),
      ["restart app.service"],
    ],
    [
      "a reload input differs",
      host({ record: { ...rightKeys, "/etc/reload.conf": sha256("0") } }),
      [],
    ],
  ])("%s", (_, live, expected) => {
    expect(launches(planned(wanted, wanted, live))).toEqual(expected);
  });

  test("a reload input is reloaded, unless its unit is restarted anyway", () => {
    const older = { ...rightKeys, "/etc/reload.conf": sha256("0") };
    expect(planned(wanted, wanted, host({ record: older })).units.reload).toEqual(["app.service"]);
    const both = { ...older, "/etc/app.conf": sha256("0") };
    expect(planned(wanted, wanted, host({ record: both })).units.reload).toEqual([]);
  });

  test("what a process runs with is known input by input", () => {
    const live = liveLayer(wantedLayer(wanted), host({ paths: newer }));
    expect(live.units.get("app.service")?.startedWith).toEqual({
      ...rightKeys,
      "/etc/app.conf": undefined,
    });
  });

  test("a unit that should not run is left alone, whatever its inputs are", () => {
    const idle = { ...wanted, units: { "app.service": { ...unit, running: false } } };
    const stopped = { ...running, running: false, active: false };
    expect(launches(planned(idle, idle, host({ ...edited, unit: stopped })))).toEqual([]);
    expect(planned(idle, idle, host()).units.stop).toEqual(["app.service"]);
  });
});

describe("a plan", () => {
  test("is empty where everything is right", () => {
    const { changes, disruptive } = planned(wanted, wanted, host({ record: rightKeys }));
    expect({ changes, disruptive }).toEqual({ changes: false, disruptive: false });
  });

  test("interrupts what it restarts, stops or takes away, and such a change waits for its turn", () => {
    const without = { ...wanted, units: {}, unitOrder: [] };
    const down = { ...running, running: false, active: false };
    const disruptive = (inputs: typeof wanted, live: LiveHost): boolean =>
      planned(inputs, wanted, live).disruptive;
    expect(disruptive(wanted, host(edited))).toBe(true);
    expect(disruptive(without, host())).toBe(true);
    expect(disruptive(without, { ...host(), units: new Map() })).toBe(true);
    expect(disruptive(without, host({ unit: down }))).toBe(false);
    expect(disruptive(wanted, host({ unit: down }))).toBe(false);
  });

  test("is empty whatever the order in which the manifest lists things", () => {
    const manifest = wantedLayer(wanted).manifest;
    const reversed = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest;
    const live = host({ record: rightKeys, manifests: [reversed] });
    expect(planned(wanted, wanted, live).changes).toBe(false);
  });

  test("keeps an executable whose URL has moved", () => {
    const moved = {
      ...wanted,
      binaries: {
        "/usr/bin/app": { url: "http://mirror/app", sha256: "a".repeat(64), mode: "0755" },
      },
    };
    expect(planned(moved, wanted, host({ record: rightKeys })).fetches).toEqual([]);
  });

  test("fetches each artifact once", () => {
    const binary = { url: "http://x/all.tgz", sha256: "c".repeat(64), mode: "0755" };
    const many = {
      ...wanted,
      binaries: { "/opt/a": { ...binary, member: "a" }, "/opt/b": { ...binary, member: "b" } },
    };
    const { fetches } = planned(many, undefined, host());
    expect(fetches.map(({ members }) => members.map(({ path }) => path))).toEqual([
      ["/opt/a", "/opt/b"],
    ]);
  });

  test("changes mode and owner without a transfer", () => {
    const found = planned(
      wanted,
      wanted,
      host({
        paths: { "/etc/app.conf": pathState({ mode: "0666", owner: "x:x" }) },
        record: rightKeys,
      }),
    );
    expect(found.files).toEqual([]);
    expect(found.owners).toEqual([{ path: "/etc/app.conf", owner: "root:root" }]);
    expect(found.modes).toEqual([{ path: "/etc/app.conf", mode: "0644" }]);
    expect(found.disruptive).toBe(false);
  });

  test("does not take away what another layer lists, too", () => {
    const manifest = wantedLayer(wanted).manifest;
    const other = {
      ...manifest,
      layer: "other",
      files: ["/etc/app.conf"],
      units: [],
      binaries: [],
    };
    const less = { ...wanted, files: {}, units: {}, unitOrder: [], binaries: {} };
    const { removed } = planned(less, wanted, host({ manifests: [manifest, other] }));
    expect([...removed.files].sort()).toEqual(
      ["/etc/reload.conf", unitPath, "/usr/bin/app"].sort(),
    );
    expect(removed.units).toEqual(["app.service"]);
  });

  const fewer = { ...fullLayer, links: {} };
  const incomplete = { ...wantedLayer(fullLayer).manifest, complete: false };
  test.each<[string, typeof wanted, LiveHost]>([
    ["an item is missing", fullLayer, { ...fullHost(), packages: new Set() }],
    [
      "the state has an item that goes, of which the host's manifest is silent",
      fewer,
      fullHost(fewer),
    ],
    [
      "a unit is not what it should be",
      fullLayer,
      {
        ...fullHost(),
        units: put(fullHost().units, "app.service", { ...running, needsReload: true }),
      },
    ],
    [
      "the host remembers that the last change did not end",
      fullLayer,
      { ...fullHost(), manifests: new Map([["app", incomplete]]) },
    ],
  ])("changes a host where %s", (_, inputs, live) => {
    expect(planned(inputs, fullLayer, live).changes).toBe(true);
  });

  test("notes before the first change all that may be on the host until it is complete", () => {
    const { before } = planned(fewer, fullLayer, fullHost());
    expect(before).toEqual({ ...wantedLayer(fullLayer).manifest, complete: false });
  });

  test("takes units away in the reverse of the order in which they were started", () => {
    const without = { ...fullLayer, units: {}, unitOrder: [] };
    expect(planned(without, fullLayer, fullHost()).removed.units).toEqual([
      "helper.service",
      "app.service",
    ]);
  });

  test("takes away what it made itself, the inner directories first", () => {
    const made = { madeUsers: ["app"], madeDirectories: ["/srv", "/srv/app/x", "/srv/app"] };
    const manifest: Manifest = { ...wantedLayer(fullLayer).manifest, ...made };
    const live = { ...fullHost(), manifests: new Map([["app", manifest]]) };
    const { removed } = planned({ ...wanted, users: {} }, fullLayer, live);
    expect(removed).toMatchObject({
      users: ["app"],
      directories: ["/srv/app/x", "/srv/app", "/srv"],
    });
  });

  test("does not take away a link that has become a file", () => {
    const path = "/usr/bin/app-link";
    const moved = { ...fullLayer, links: {}, files: { ...fullLayer.files, [path]: file("1") } };
    expect(planned(moved, fullLayer, fullHost()).removed.files).toEqual([]);
  });

  test.each<[string, Partial<Manifest>, Pick<Manifest, "madeUsers" | "madeDirectories">]>([
    ["its own, made in an earlier run", {}, { madeUsers: ["app"], madeDirectories: ["/srv/app"] }],
    [
      "those of another layer, so that the last of the two to go removes them",
      { layer: "other" },
      { madeUsers: ["app"], madeDirectories: ["/srv/app"] },
    ],
    [
      "none that were there before Plinth came, so that they are never removed",
      { madeUsers: [], madeDirectories: [] },
      { madeUsers: [], madeDirectories: [] },
    ],
  ])("counts as made: %s", (_, parts, made) => {
    const manifest: Manifest = {
      ...wantedLayer(fullLayer).manifest,
      madeUsers: ["app"],
      madeDirectories: ["/srv/app"],
      ...parts,
    };
    const live = { ...fullHost(), manifests: new Map([[manifest.layer, manifest]]) };
    expect(planned(fullLayer, fullLayer, live).manifest).toMatchObject(made);
  });

  test("remembers directories and users that some layer made", () => {
    const more = {
      ...wanted,
      users: { app: { home: "/", groups: [] } },
      files: { "/srv/app/x": file("1") },
    };
    const { manifest } = planned(
      more,
      undefined,
      host({ paths: { "/srv": pathState({ kind: "directory" }) } }),
    );
    expect(manifest.madeDirectories).toEqual(["/srv/app"]);
    expect(manifest.madeUsers).toEqual(["app"]);
  });
});

describe("kernel parameters", () => {
  test.each<[string | undefined, string, boolean]>([
    ["1", "1", true],
    ["4096\t131072\t6291456", "4096 131072  6291456", true],
    ["010", "10", true],
    ["-1", "-01", true],
    ["1024 65000 ", "1024 65000", true],
    ["30000-32767", "30000-32767", true],
    ["fq_codel2", "fq_codel2", true],
    ["1", "0", false],
    [undefined, "0", false],
    ["cubic", "bbr", false],
  ])("%p and %p", (live, value, same) => {
    expect(sameSysctl(live, value)).toBe(same);
  });
});

import type { JsonObject } from "../../../../provider/json";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { liveLayer } from "../../../../provider/look/live-layer";
import type { LiveHost } from "../../../../provider/look/live-state";
import { changedFiles, liveInputs } from "../../../../provider/plan/live-inputs";
import {
  appHost,
  appLayer,
  file,
  pathState,
  rightKeys,
  running,
  unit,
  unitPath,
} from "../../../support/provider/app-layer";
import { fullHost, fullLayer, put } from "../../../support/provider/full-layer";

const right = appHost({ record: rightKeys });

function read(
  inputs: HostLayerInputs,
  host: LiveHost,
  contents: Readonly<Record<string, string | Buffer>> = {},
): JsonObject {
  const wanted = wantedLayer(inputs);
  const changed = Object.entries(contents).map(
    ([path, text]) => [path, Buffer.from(text)] as const,
  );
  return liveInputs(wanted, liveLayer(wanted, host), new Map(changed));
}

/** What a read shows otherwise than it was stated, by kind. */
function shown(parts: Partial<HostLayerInputs>, host: LiveHost): JsonObject {
  const inputs = { ...appLayer, ...parts };
  const stated = inputs as unknown as JsonObject;
  const same = (kind: string, value: unknown): boolean =>
    JSON.stringify(stated[kind]) === JSON.stringify(value);
  return Object.fromEntries(Object.entries(read(inputs, host)).filter(([k, v]) => !same(k, v)));
}

const sysctlsFile = "/etc/sysctl.d/90-plinth-app.conf";
const modulesFile = "/etc/modules-load.d/plinth-app.conf";
const kept = appHost({
  record: rightKeys,
  paths: { [sysctlsFile]: pathState(), [modulesFile]: pathState() },
});

test("a host that is as stated reads as stated", () => {
  expect(read(appLayer, right)).toEqual(appLayer);
  expect(read(fullLayer, fullHost())).toEqual(fullLayer);
});

describe("what a host lacks is absent", () => {
  const has = (name: string): LiveHost => ({ ...right, packages: new Set([name]) });
  const sysctls = { "net.ipv4.ip_forward": "1" };
  const user = { home: "/srv", groups: ["adm"] };
  test.each<[string, Partial<HostLayerInputs>, LiveHost, JsonObject]>([
    ["a package", { packages: ["socat"] }, right, { packages: [] }],
    ["a user", { users: { app: user } }, right, { users: {} }],
    [
      "a directory",
      { directories: { "/a": { mode: "0755", owner: "a:a" } } },
      right,
      { directories: {} },
    ],
    ["a link", { links: { "/a": { target: "b" } } }, right, { links: {} }],
    ["a module", { modules: ["overlay"] }, kept, { modules: [] }],
    [
      "a module's file",
      { modules: ["overlay"] },
      { ...right, modules: new Set(["overlay"]) },
      { modules: [] },
    ],
    ["one of two packages", { packages: ["curl", "socat"] }, has("curl"), { packages: ["curl"] }],
    [
      "a directory that is a file",
      { directories: { "/etc/app.conf": { mode: "0755", owner: "root:root" } } },
      right,
      { directories: {} },
    ],
    ["a kernel parameter", { sysctls }, kept, { sysctls: {} }],
    [
      "a file",
      {},
      appHost({ paths: { "/etc/reload.conf": undefined }, record: rightKeys }),
      {
        files: { "/etc/app.conf": file("1") },
      },
    ],
    [
      "an executable",
      {},
      appHost({ paths: { "/usr/bin/app": undefined }, record: rightKeys }),
      {
        binaries: {},
      },
    ],
  ])("%s", (_, parts, host, expected) => {
    expect(shown(parts, host)).toEqual(expected);
  });
});

describe("what a host has otherwise takes the place of what was stated", () => {
  test("contents, modes and owners", () => {
    const paths = { "/etc/app.conf": pathState({ mode: "0600", owner: "app:app" }) };
    const host = appHost({ paths, hashes: { "/etc/app.conf": "x" }, record: rightKeys });
    const { files } = read(appLayer, host, { "/etc/app.conf": "edited" });
    expect(files).toMatchObject({
      "/etc/app.conf": { content: "edited", mode: "0600", owner: "app:app" },
    });
  });

  test.each<[string, Parameters<typeof pathState>[0], string]>([
    ["a link", { kind: "link", target: "/x" }, "(a link to /x)"],
    ["a directory", { kind: "directory" }, "(a directory)"],
    ["a device", { kind: "other" }, "(a other)"],
  ])("a file that is %s", (_, state, content) => {
    const host = appHost({ paths: { "/etc/app.conf": pathState(state) }, record: rightKeys });
    expect(read(appLayer, host).files).toMatchObject({ "/etc/app.conf": { content } });
  });

  test("a content that is no text is named by its checksum", () => {
    const { files } = read(appLayer, right, { "/etc/app.conf": Buffer.from([0xff, 0xfe]) });
    expect(JSON.stringify(files)).toMatch(/\(not text, sha256 [0-9a-f]{64}\)/);
  });

  test("an executable that was replaced", () => {
    const paths = { "/usr/bin/app": pathState({ mode: "0755", stat: "other" }) };
    const host = appHost({ paths, hashes: { "/usr/bin/app": "b".repeat(64) } });
    expect(read(appLayer, host).binaries).toMatchObject({
      "/usr/bin/app": { sha256: `modified (sha256 ${"b".repeat(64)})` },
    });
  });

  test("a user of another home and fewer groups", () => {
    const inputs = { ...appLayer, users: { app: { home: "/srv", groups: ["adm", "tty", "kvm"] } } };
    const users = new Map([["app", { home: "/old" }]]);
    const groups = new Map([
      ["adm", ["app"]],
      ["tty", ["ann"]],
    ]);
    expect(read(inputs, { ...right, users, groups }).users).toEqual({
      app: { home: "/old", groups: ["adm"] },
    });
  });

  test.each<[string, Parameters<typeof pathState>[0], string]>([
    ["elsewhere", { kind: "link", target: "/bin/false" }, "/bin/false"],
    ["that is a file now", { kind: "file" }, "(a file)"],
  ])("a link %s", (_, state, target) => {
    const host = fullHost();
    const paths = put(host.paths, "/usr/bin/app-link", pathState(state));
    expect(read(fullLayer, { ...host, paths }).links).toEqual({ "/usr/bin/app-link": { target } });
  });

  test("a directory of another mode and owner", () => {
    const host = fullHost();
    const state = { mode: "0777", owner: "root:root" };
    const paths = put(host.paths, "/srv/app", pathState({ kind: "directory", ...state }));
    expect(read(fullLayer, { ...host, paths }).directories).toEqual({ "/srv/app": state });
  });

  test("a directory that is a link reads as stated, for what it points to can't be told", () => {
    const directories = { "/etc/app": { mode: "0700", owner: "app:app" } };
    const host = appHost({ paths: { "/etc/app": pathState({ kind: "link" }) }, record: rightKeys });
    expect(shown({ directories }, host)).toEqual({});
  });

  test("a kernel parameter of several numbers, in one line", () => {
    const sysctls = new Map([["/proc/sys/net/ipv4/ip_local_port_range", "32768\t\t60999"]]);
    expect(read(fullLayer, { ...fullHost(), sysctls }).sysctls).toEqual({
      "net.ipv4.ip_local_port_range": "32768 60999",
    });
  });

  test("what holds until the next boot only, as its file was edited", () => {
    const found = read(fullLayer, fullHost(), {
      "/etc/modules-load.d/plinth-app.conf": "# ip-vs\n",
      "/etc/sysctl.d/90-plinth-app.conf": "",
    });
    expect([found.modules, found.sysctls]).toEqual([
      [],
      { "net.ipv4.ip_local_port_range": "1024 65000 (lost at the next boot)" },
    ]);
  });

  test.each([
    ["another value", "0", "0"],
    ["another form of the same value", "01", "1"],
  ])("a kernel parameter of %s", (_, value, expected) => {
    const inputs = { ...appLayer, sysctls: { "net.ipv4.ip_forward": "1" } };
    const sysctls = new Map([["/proc/sys/net/ipv4/ip_forward", value]]);
    const withFile = { ...kept, sysctls };
    expect(read(inputs, withFile).sysctls).toEqual({ "net.ipv4.ip_forward": expected });
    expect(read(inputs, { ...right, sysctls }).sysctls).toEqual({
      "net.ipv4.ip_forward": `${expected} (lost at the next boot)`,
    });
  });
});

describe("a unit", () => {
  const stated = { content: unit.content, enabled: true, running: true };
  test.each<[string, LiveHost, object]>([
    [
      "that is stopped",
      appHost({ unit: { ...running, running: false, active: false } }),
      { running: false },
    ],
    ["of which systemd says nothing", { ...right, units: new Map() }, { running: false }],
    [
      "that does not start at boot",
      appHost({
        paths: { "/etc/systemd/system/multi-user.target.wants/app.service": undefined },
        record: rightKeys,
      }),
      { enabled: false },
    ],
    [
      "whose file has another mode",
      appHost({ paths: { [unitPath]: pathState({ mode: "0666" }) }, record: rightKeys }),
      {
        file: "0666 root:root, expected 0644 root:root",
      },
    ],
    [
      "whose file belongs to somebody else",
      appHost({ paths: { [unitPath]: pathState({ owner: "app:app" }) }, record: rightKeys }),
      { file: "0644 app:app, expected 0644 root:root" },
    ],
    [
      "whose file was edited",
      appHost({ hashes: { [unitPath]: "x" }, record: rightKeys }),
      { content: "edited" },
    ],
    [
      "that runs with something older",
      appHost({ record: { ...rightKeys, "/etc/app.conf": "old", "/usr/bin/app": "old" } }),
      {
        needsRestart:
          "may run with something other than what is on disk: /etc/app.conf, /usr/bin/app",
      },
    ],
    [
      "that crashes again and again, and is shown as that alone",
      appHost({
        unit: { ...running, running: false },
        record: { ...rightKeys, [unitPath]: "old" },
      }),
      { running: false },
    ],
    [
      "that systemd has to read again",
      appHost({ unit: { ...running, needsReload: true }, record: rightKeys }),
      {
        needsReload: "systemd has not read the unit file on disk yet",
      },
    ],
    [
      "with a drop-in of somebody else",
      appHost({
        unit: {
          ...running,
          dropIns: ["/etc/systemd/system/app.service.d/a.conf", "/usr/lib/systemd/b.conf"],
        },
        record: rightKeys,
      }),
      { dropIns: ["/etc/systemd/system/app.service.d/a.conf"] },
    ],
  ])("%s", (_, host, parts) => {
    const contents = "content" in parts ? { [unitPath]: "edited" } : {};
    expect(read(appLayer, host, contents).units).toEqual({
      "app.service": { ...unit, ...stated, ...parts },
    });
  });

  test("that should not run needs no restart for what it runs with", () => {
    const idle = { ...unit, running: false };
    const host = appHost({ record: { ...rightKeys, "/etc/app.conf": "old" } });
    expect(read({ ...appLayer, units: { "app.service": idle } }, host).units).toEqual({
      "app.service": { ...idle, running: true },
    });
  });
});

test.each<[string, LiveHost, string]>([
  [
    "no manifest",
    appHost({ manifests: [], record: rightKeys }),
    "the host has no manifest of this layer",
  ],
  [
    "an incomplete manifest",
    appHost({
      manifests: [{ ...wantedLayer(appLayer).manifest, complete: false }],
      record: rightKeys,
    }),
    "the last change of this layer did not finish",
  ],
])("%s is something to repair", (_, host, unfinished) => {
  expect(read(appLayer, host)).toEqual({ ...appLayer, unfinished });
});

test("only files that differ are read", () => {
  const wanted = wantedLayer(appLayer);
  const edited = appHost({
    hashes: { "/etc/app.conf": "x", [unitPath]: "y" },
    paths: { "/etc/reload.conf": pathState({ kind: "link" }) },
  });
  expect(changedFiles(wanted, liveLayer(wanted, right))).toEqual([]);
  expect(changedFiles(wanted, liveLayer(wanted, edited))).toEqual(["/etc/app.conf", unitPath]);
});

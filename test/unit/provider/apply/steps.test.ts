import { applySteps, rollingSteps } from "../../../../provider/apply/steps";
import { unitFile } from "../../../../provider/layer/layer-files";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { LiveHost } from "../../../../provider/look/live-state";
import type { Step } from "../../../../provider/ssh/framing";
import {
  appHost,
  appLayer,
  file,
  pathState,
  planned,
  rightKeys,
  running,
  unit,
} from "../../../support/provider/app-layer";

const lease: Step = ["take_lease"];

function stepsFor(
  inputs: HostLayerInputs,
  host: LiveHost,
  { old = inputs, rolling = false }: { old?: HostLayerInputs; rolling?: boolean } = {},
): { steps: Step[]; payload: Buffer } {
  return applySteps(wantedLayer(inputs), host, planned(inputs, old, host), lease, { rolling });
}

function verbs(steps: readonly Step[]): string[] {
  return steps.map(([verb]) => verb);
}

const bare = appHost({ manifests: [] });
const fresh: LiveHost = {
  ...bare,
  paths: new Map([["/etc", pathState({ kind: "directory" })]]),
  hashes: new Map(),
  units: new Map(),
  binaries: new Map(),
};

/** Everything that a layer can bring at once. */
const full: HostLayerInputs = {
  ...appLayer,
  packages: ["socat"],
  users: { app: { home: "/var/lib/app", groups: ["adm"] } },
  directories: { "/var/lib/app": { mode: "0700", owner: "app:app" } },
  links: { "/etc/link": { target: "app.conf" } },
  modules: ["overlay"],
  sysctls: { "net.ipv4.ip_forward": "1" },
  ready: [{ kind: "unit", unit: "app.service", deadlineSeconds: 10 }],
};

describe("the steps of a fresh layer", () => {
  const made = (): Step[] => stepsFor(full, fresh).steps;

  test("come in the order in which they are safe", () => {
    expect(verbs(made())).toEqual([
      "take_lease",
      "lock_layer",
      "need_space",
      "claim_host",
      "install_packages",
      "put_user",
      "need_owner",
      "make_parents",
      "put_directory",
      "begin",
      "join",
      "stage_files",
      "place",
      "record_binaries",
      "put_link",
      "load_modules",
      "put_sysctl",
      "enable_units",
      "reload_systemd",
      "launch_units",
      "settle_units",
      "wait_for",
      "verify_units",
      "record_unit",
      "write_questions",
      "write_manifest",
    ]);
  });

  test("claim the host with a manifest that is not complete, and end with one that is", () => {
    const manifests = made()
      .filter(([verb]) => ["claim_host", "write_manifest"].includes(verb))
      .map((step) => JSON.parse(step.at(-1) ?? "") as { complete: boolean });
    expect(manifests.map(({ complete }) => complete)).toEqual([false, true]);
  });

  test.each<[string, Step]>([
    ["modules", ["load_modules", "overlay"]],
    ["parameters", ["put_sysctl", "net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward", "1"]],
    ["links", ["put_link", "app.conf", "/etc/link"]],
    ["units at boot", ["enable_units", "app.service"]],
    ["units", ["launch_units", "start", "app.service"]],
    ["their start", ["settle_units", "150", "app.service", ""]],
    ["executables", ["record_binaries", "app", "a".repeat(64), "a".repeat(64), "/usr/bin/app"]],
  ])("say of %s what the scripts ask for, in their order", (_, step) => {
    expect(made()).toContainEqual(step);
  });

  test("put executables in place before the files that name them", () => {
    const files = ["/etc/app.conf", "/etc/reload.conf", unitFile("app.service")];
    const more = ["/etc/modules-load.d/plinth-app.conf", "/etc/sysctl.d/90-plinth-app.conf"];
    expect(made()).toContainEqual(["place", "/usr/bin/app", ...files, ...more]);
  });

  test("remember of a process what it was started with, and of a host what a look asks", () => {
    const steps = made();
    const { keys, unitPaths } = wantedLayer(full);
    const inputs = unitPaths.get("app.service")!.map((path) => [path, keys.get(path)]);
    const recorded = steps.find(([verb]) => verb === "record_unit") ?? [];
    expect(recorded.slice(0, 4)).toEqual(["record_unit", "app.service", "", ""]);
    expect(JSON.parse(recorded[4] ?? "")).toEqual(Object.fromEntries(inputs));
    const asked = steps.find(([verb]) => verb === "write_questions") ?? [];
    expect(asked[1]).toBe("app");
    expect(asked[2]?.split("\n")).toEqual(
      expect.arrayContaining(["look_stat /etc/app.conf", "look_units app.service"]),
    );
  });

  test("carry the contents as payload, and no content as an argument", () => {
    const { steps, payload } = stepsFor(full, fresh);
    expect(payload.toString()).toContain("ExecStart=/usr/bin/app");
    expect(JSON.stringify(steps)).not.toContain("ExecStart=/usr/bin/app");
  });
});

test("a package that comes to a layer brings no other step with it", () => {
  const more = { ...appLayer, packages: ["socat"] };
  expect(verbs(stepsFor(more, appHost({ record: rightKeys })).steps)).toEqual([
    "take_lease",
    "lock_layer",
    "claim_host",
    "install_packages",
    "verify_units",
    "write_questions",
    "write_manifest",
  ]);
});

describe("a host is claimed", () => {
  const claimOf = (inputs: HostLayerInputs): Step | undefined =>
    stepsFor(inputs, fresh).steps.find(([verb]) => verb === "claim_host");

  test("by cluster, id and name, with its marker", () => {
    const marker = JSON.stringify({ cluster: "c", id: "1d", host: "cp1" });
    const claim = claimOf({ ...full, clusterId: "1d" });
    expect(claim?.slice(0, -1)).toEqual(["claim_host", "c", "1d", "cp1", marker, "app"]);
  });

  test("without an id by a state that has none", () => {
    expect(claimOf(full)?.slice(1, 5)).toEqual(["c", "", "cp1", '{"cluster":"c","host":"cp1"}']);
  });
});

test("room is asked for twice the transfer and a little more, on each file system it goes to", () => {
  const mebibytes = 16;
  const big = file("x".repeat(mebibytes * 2 ** 20));
  const files = { "/etc/big": big, "/etc/more": file("1"), "/srv/app/a": file("1") };
  const { steps } = stepsFor({ ...appLayer, files }, fresh);
  const asked = steps.filter(([verb]) => verb === "need_space");
  expect(asked.map(([, , root]) => root)).toEqual(["/etc", "/srv"]);
  for (const [, kibibytes] of asked) {
    expect(kibibytes).toMatch(/^\d+$/);
    expect(Number(kibibytes)).toBeGreaterThan(2 * mebibytes * 1024);
    expect(Number(kibibytes)).toBeLessThan((2 * mebibytes + 9) * 1024);
  }
});

describe("executables are recorded", () => {
  const artifact = { url: "http://x/all.tgz", sha256: "b".repeat(64), mode: "0755" };
  const recorded = (host: LiveHost, inputs: HostLayerInputs = appLayer): Step | undefined =>
    stepsFor(inputs, host).steps.find(([verb]) => verb === "record_binaries");

  test("with a sum that the host computes, where it is not the artifact's own", () => {
    const binaries = { "/usr/bin/app": { ...artifact, member: "bin/app" } };
    const key = `${"b".repeat(64)}:bin/app`;
    expect(recorded(fresh, { ...full, binaries })).toEqual([
      "record_binaries",
      "app",
      key,
      "",
      "/usr/bin/app",
    ]);
  });

  test("all of them where a single one is not recorded yet", () => {
    const binaries = { ...appLayer.binaries, "/usr/bin/two": artifact };
    const paths = { "/usr/bin/two": pathState({ mode: "0755" }) };
    const hashes = { "/usr/bin/two": artifact.sha256 };
    const host = appHost({ paths, hashes, record: rightKeys });
    const sums = ["a", "b"].map((digit) => digit.repeat(64));
    expect(recorded(host, { ...appLayer, binaries })).toEqual([
      "record_binaries",
      "app",
      ...[sums[0], sums[0], "/usr/bin/app"],
      ...[sums[1], sums[1], "/usr/bin/two"],
    ]);
  });

  test("anew where they look otherwise than when they were recorded, though they are the same", () => {
    const touched = pathState({ mode: "0755", stat: "touched" });
    const other = { ...appLayer, packages: ["socat"] };
    const hashes = { "/usr/bin/app": "a".repeat(64) };
    const host = appHost({ paths: { "/usr/bin/app": touched }, hashes, record: rightKeys });
    expect(recorded(host, other)).toBeDefined();
    expect(recorded(appHost({ record: rightKeys }), other)).toBeUndefined();
  });
});

test("where nothing is to be done only the checks are left", () => {
  const { steps, payload } = stepsFor(appLayer, appHost({ record: rightKeys }));
  expect(verbs(steps)).toEqual(["verify_units"]);
  expect(payload).toHaveLength(0);
});

test("what the layer no longer has goes before anything new comes, its directories at the end", () => {
  const manifest = {
    ...wantedLayer(appLayer).manifest,
    madeDirectories: ["/srv/app", "/srv"],
    madeUsers: ["app"],
  };
  const less = { ...appLayer, files: { "/etc/new": file("1") }, units: {}, unitOrder: [] };
  const { steps } = stepsFor(less, appHost({ manifests: [manifest] }), { old: appLayer });
  const order = verbs(steps);
  const places = ["retire_units", "remove_files", "forget_units", "place", "reload_systemd"];
  expect(order.filter((verb) => places.includes(verb))).toEqual(places);
  expect(steps.slice(-2)).toEqual([
    ["remove_directories", "/srv/app", "/srv"],
    ["remove_users", "app"],
  ]);
});

test("units that the layer no longer has end, and nothing of them stays", () => {
  const less = { ...appLayer, units: {}, unitOrder: [] };
  const { steps } = stepsFor(less, appHost(), { old: appLayer });
  expect(steps).toContainEqual(["retire_units", "app.service"]);
  expect(steps).toContainEqual(["remove_files", unitFile("app.service")]);
  expect(steps).toContainEqual(["forget_units", "app.service"]);
});

describe("units", () => {
  const two: HostLayerInputs = {
    ...appLayer,
    units: { "app.service": unit, "late.service": { ...unit, restartOn: [], reloadOn: [] } },
    unitOrder: ["late.service", "app.service"],
  };

  test("are settled from the invocation that they had", () => {
    const host = appHost({ hashes: { "/etc/app.conf": "old" } });
    const settle = stepsFor(two, host).steps.find(([verb]) => verb === "settle_units");
    expect(settle).toEqual(["settle_units", "150", "late.service", "", "app.service", "one"]);
  });

  test("are reloaded after those that restart, and remember what they read", () => {
    const record = { ...rightKeys, "/etc/reload.conf": "old" };
    const { steps } = stepsFor(appLayer, appHost({ record }));
    expect(steps.find(([verb]) => verb === "signal_reload")).toEqual([
      "signal_reload",
      "app.service",
    ]);
    const recorded = steps.find(([verb]) => verb === "record_unit") ?? [];
    expect(recorded.slice(1, 3)).toEqual(["app.service", "one"]);
    expect(JSON.parse(recorded[3] ?? "")).toEqual(rightKeys);
  });

  test("with drop-ins of somebody else lose them, and their empty folders", () => {
    const folder = "/etc/systemd/system/app.service.d";
    const dropIns = [`${folder}/extra.conf`, `${folder}/more.conf`];
    const host = appHost({ record: rightKeys, unit: { ...running, dropIns } });
    const { steps } = stepsFor(appLayer, host);
    expect(steps).toContainEqual(["remove_files", ...dropIns]);
    expect(steps).toContainEqual(["remove_directories", folder]);
    expect(verbs(steps)).toContain("reload_systemd");
  });

  test("that should neither run nor start at boot are stopped, and no longer started", () => {
    const idle = { ...unit, enabled: false, running: false };
    const { steps } = stepsFor({ ...appLayer, units: { "app.service": idle } }, appHost());
    const changing = ["disable_units", "enable_units", "reload_systemd", "stop_units"];
    expect(steps.filter(([verb]) => changing.includes(verb))).toEqual([
      ["disable_units", "app.service"],
      ["reload_systemd"],
      ["stop_units", "app.service"],
    ]);
  });

  test("are not read again by systemd where none of their files changed", () => {
    const host = appHost({ record: rightKeys, hashes: { "/etc/app.conf": "old" } });
    expect(verbs(stepsFor(appLayer, host).steps)).not.toContain("reload_systemd");
  });

  test("are launched by verb only as far as they are neighbours, so that the order stays", () => {
    const names = ["a.service", "b.service", "app.service", "y.service", "z.service"];
    const units = Object.fromEntries(names.map((name) => [name, unit]));
    const host = appHost({ hashes: { "/etc/app.conf": "old" } });
    const { steps } = stepsFor({ ...appLayer, units, unitOrder: names }, host);
    expect(steps.filter(([verb]) => verb === "launch_units")).toEqual([
      ["launch_units", "start", "a.service", "b.service"],
      ["launch_units", "restart", "app.service"],
      ["launch_units", "start", "y.service", "z.service"],
    ]);
  });
});

test("owners are set before modes, in one call each", () => {
  const changed = pathState({ mode: "0666", owner: "x:x" });
  const paths = { "/etc/app.conf": changed, "/etc/reload.conf": changed };
  const { steps } = stepsFor(appLayer, appHost({ paths, record: rightKeys }));
  expect(steps.filter(([verb]) => verb.startsWith("set_"))).toEqual([
    ["set_owner", "root:root", "/etc/app.conf", "/etc/reload.conf"],
    ["set_mode", "0644", "/etc/app.conf", "/etc/reload.conf"],
  ]);
});

test("each path gets its own owner and mode, whatever its neighbours get", () => {
  const files = {
    "/etc/app.conf": { content: "1", mode: "0600", owner: "app:app" },
    "/etc/reload.conf": file("1"),
    [unitFile("app.service")]: file(unit.content),
  };
  const changed = pathState({ mode: "0666", owner: "x:x" });
  const paths = Object.fromEntries(Object.keys(files).map((path) => [path, changed]));
  const { steps } = stepsFor({ ...appLayer, files }, appHost({ paths, record: rightKeys }));
  const rest = ["/etc/reload.conf", unitFile("app.service")];
  expect(steps.filter(([verb]) => verb.startsWith("set_"))).toEqual([
    ["set_owner", "app:app", "/etc/app.conf"],
    ["set_owner", "root:root", ...rest],
    ["set_mode", "0600", "/etc/app.conf"],
    ["set_mode", "0644", ...rest],
  ]);
});

describe("a rollout", () => {
  test("that owes its last command leaves a manifest that is not complete, and says so", () => {
    const { steps } = stepsFor(full, fresh, { rolling: true });
    const last = steps.findLast(([verb]) => verb === "write_manifest")?.at(-1) ?? "";
    expect(JSON.parse(last)).toMatchObject({ complete: false, rolling: true });
    const claim = steps.find(([verb]) => verb === "claim_host")?.at(-1) ?? "";
    expect(JSON.parse(claim)).toMatchObject({ complete: false, rolling: true });
  });

  test("is noted on the host before its first command", () => {
    const steps = rollingSteps(full, planned(full, undefined, fresh), lease);
    expect(steps.slice(0, 2)).toEqual([lease, ["lock_layer", "app"]]);
    expect(verbs(steps.slice(2))).toEqual(["claim_host"]);
    expect(JSON.parse(steps.at(-1)?.at(-1) ?? "")).toMatchObject({ rolling: true });
  });
});

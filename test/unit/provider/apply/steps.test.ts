import { applySteps, rollingSteps, rolloutStep } from "../../../../provider/apply/steps";
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
  return applySteps(wantedLayer(inputs), host, planned(inputs, old, host), lease, rolling);
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
  const { steps, payload } = stepsFor(full, fresh);

  test("come in the order in which they are safe", () => {
    expect(verbs(steps)).toEqual([
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
    const manifests = steps
      .filter(([verb]) => ["claim_host", "write_manifest"].includes(verb))
      .map((step) => JSON.parse(step.at(-1) ?? "") as { complete: boolean });
    expect(manifests.map(({ complete }) => complete)).toEqual([false, true]);
  });

  test("carry the contents as payload, and no content as an argument", () => {
    expect(payload.toString()).toContain("ExecStart=/usr/bin/app");
    expect(JSON.stringify(steps)).not.toContain("ExecStart=/usr/bin/app");
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

describe("units", () => {
  const two: HostLayerInputs = {
    ...appLayer,
    units: { "app.service": unit, "late.service": { ...unit, restartOn: [], reloadOn: [] } },
    unitOrder: ["late.service", "app.service"],
  };

  test("are launched in their order, neighbours of one verb together", () => {
    const host = appHost({ hashes: { "/etc/app.conf": "old" } });
    const launches = stepsFor(two, host).steps.filter(([verb]) => verb === "launch_units");
    expect(launches).toEqual([
      ["launch_units", "start", "late.service"],
      ["launch_units", "restart", "app.service"],
    ]);
  });

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
    const dropIn = "/etc/systemd/system/app.service.d/extra.conf";
    const host = appHost({ record: rightKeys, unit: { ...running, dropIns: [dropIn] } });
    const { steps } = stepsFor(appLayer, host);
    expect(steps).toContainEqual(["remove_files", dropIn]);
    expect(steps).toContainEqual(["remove_directories", "/etc/systemd/system/app.service.d"]);
    expect(verbs(steps)).toContain("reload_systemd");
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
    expect(verbs(steps)).toEqual(["take_lease", "lock_layer", "claim_host"]);
    expect(JSON.parse(steps.at(-1)?.at(-1) ?? "")).toMatchObject({ rolling: true });
  });

  test("runs its commands as they are, within their deadline", () => {
    const command = ["kubectl", "drain", "w 1"];
    const step = rolloutStep({ host: appLayer.host, command, deadlineSeconds: 300 });
    expect(step).toEqual(["run_command", "300", "kubectl", "drain", "w 1"]);
  });
});

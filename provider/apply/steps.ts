/** A plan as calls of the script library, in the order in which they are safe. */
import type { HostLayerInputs } from "../layer/layer-inputs";
import type { WantedLayer } from "../layer/wanted-layer";
import { binaryKey, sysctlPath } from "../layer/layer-files";
import type { LiveHost } from "../look/live-state";
import { questions } from "../look/ask-host";
import type { Manifest } from "../layer/manifest";
import { layerMarker } from "../layer/marker";
import { directoryOf } from "../layer/host-paths";
import type { Plan } from "../plan/plan";
import { plannedItem } from "../plan/planned-item";
import { readySteps } from "./ready-steps";
import { stagingSteps } from "./staging-steps";
import { each, type Step } from "../ssh/framing";
import { tarArchive } from "./tar";

/** Suffix of a file that is staged beside its target. */
const stagedSuffix = ".plinth-new";

const settleSeconds = 150;

/** What a change does for the sake of its group. */
export interface GroupSteps {
  /** While the help of another host is still owed after the change, the host remembers that. */
  readonly rolling: boolean;
  /** The last step before the first disruptive one. */
  readonly gate?: Step;
  /** The last step before any unit is launched. */
  readonly prepare?: Step;
}

/** Steps and payload that turn the host into what the layer says. */
export function applySteps(
  wanted: WantedLayer,
  live: LiveHost,
  plan: Plan,
  lease: Step,
  { rolling, gate, prepare }: GroupSteps,
): { steps: Step[]; payload: Buffer } {
  const { inputs, files } = wanted;
  const payload = tarArchive(
    plan.files.map((path) => ({ path: path + stagedSuffix, ...plannedItem(files, path) })),
  );
  const owed = rolling ? { rolling } : {};
  const retires = plan.removed.units.length > 0;
  const guard = gate ? [gate] : [];
  const changing = plan.changes
    ? [
        ...openingSteps(inputs, { ...plan.before, ...owed }, plan, lease, payload.length),
        ...stagingSteps(wanted, plan),
        ...(retires ? guard : []),
        ...placingSteps(inputs, plan),
        ...systemSteps(inputs, plan),
        ...unitSteps(plan, retires ? [] : guard, prepare ? [prepare] : []),
      ]
    : [];
  const closing = plan.changes ? closingSteps(wanted, live, plan, rolling) : [];
  return { steps: [...changing, ...readySteps(inputs), ...closing], payload };
}

/** Steps that come before anything else changes on a host: who, and what is about to be there. */
function openingSteps(
  inputs: HostLayerInputs,
  before: Manifest,
  plan: Plan,
  lease: Step,
  payloadBytes: number,
): Step[] {
  const roots = new Set(plan.files.map((path) => `/${path.split("/")[1] ?? ""}`));
  const kib = Math.ceil((payloadBytes * 2) / 1024) + 8192;
  return [
    lease,
    ["lock_layer", inputs.layer],
    ...[...roots].map((root): Step => ["need_space", String(kib), root]),
    claimStep(inputs, before, plan),
  ];
}

function claimStep(inputs: HostLayerInputs, manifest: Manifest, { newData }: Plan): Step {
  const { cluster, clusterId = "", host, layer } = inputs;
  const marker = JSON.stringify(layerMarker(inputs));
  const claim = [cluster, clusterId, host.name, marker, layer, JSON.stringify(manifest)];
  return ["claim_host", ...claim, ...newData];
}

function placingSteps(inputs: HostLayerInputs, plan: Plan): Step[] {
  const fetched = plan.fetches.flatMap(({ members }) => members.map(({ path }) => path));
  return [
    ...each("retire_units", plan.removed.units),
    ...each("remove_files", plan.removed.files),
    ...each("forget_units", plan.removed.units),
    ...each("place", [...fetched, ...plan.files]),
    ...(fetched.length > 0 ? [recordStep(inputs)] : []),
    ...plan.links.map((path): Step => ["put_link", plannedItem(inputs.links, path).target, path]),
    ...pathsByValue(plan.owners.map(({ path, owner }) => [owner, path])).map(
      ([owner, paths]): Step => ["set_owner", owner, ...paths],
    ),
    ...pathsByValue(plan.modes.map(({ path, mode }) => [mode, path])).map(([mode, paths]): Step => [
      "set_mode",
      mode,
      ...paths,
    ]),
  ];
}

function recordStep(inputs: HostLayerInputs): Step {
  const entries = Object.entries(inputs.binaries).flatMap(([path, binary]) => [
    binaryKey(binary),
    binary.member === undefined ? binary.sha256 : "",
    path,
  ]);
  return ["record_binaries", inputs.layer, ...entries];
}

function pathsByValue(pairs: readonly (readonly [string, string])[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return [...groups];
}

function systemSteps(inputs: HostLayerInputs, plan: Plan): Step[] {
  return [
    ...each("load_modules", plan.modules),
    ...plan.sysctls.map((name): Step => [
      "put_sysctl",
      name,
      sysctlPath(name),
      plannedItem(inputs.sysctls, name),
    ]),
  ];
}

function unitSteps(plan: Plan, guard: readonly Step[], prepare: readonly Step[]): Step[] {
  const { units } = plan;
  const steps: Step[] = [
    ...each("remove_files", units.dropIns),
    ...each("remove_directories", [...new Set(units.dropIns.map(directoryOf))]),
    ...each("disable_units", units.disable),
    ...each("enable_units", units.enable),
  ];
  if (units.reloadSystemd) steps.push(["reload_systemd"]);
  if (units.stop.length + units.launch.length > 0) steps.push(...guard);
  steps.push(...each("stop_units", units.stop));
  if (units.launch.length > 0) steps.push(...prepare);
  for (const [verb, names] of launchGroups(units.launch))
    steps.push(["launch_units", verb, ...names]);
  steps.push(...each("signal_reload", units.reload));
  const before = new Map(units.records.map((record) => [record.unit, record.before]));
  const launched = units.launch.map((entry) => entry.unit);
  return [
    ...steps,
    ...each(
      "settle_units",
      launched.flatMap((unit) => [unit, before.get(unit) ?? ""]),
      String(settleSeconds),
    ),
  ];
}

/** Neighbours with the same verb in one call, so that the order stays. */
function launchGroups(launch: Plan["units"]["launch"]): [string, string[]][] {
  const found: [string, string[]][] = [];
  for (const { verb, unit } of launch) {
    const last = found.at(-1);
    if (last?.[0] === verb) last[1].push(unit);
    else found.push([verb, [unit]]);
  }
  return found;
}

function closingSteps(wanted: WantedLayer, live: LiveHost, plan: Plan, rolling: boolean): Step[] {
  const { inputs } = wanted;
  const { removed, units } = plan;
  const manifest = rolling ? { ...plan.manifest, complete: false, rolling } : plan.manifest;
  const unrecorded = Object.keys(inputs.binaries).some(
    (path) => live.binaries.get(path)?.stat !== live.paths.get(path)?.stat,
  );
  return [
    ...units.records.map(({ unit, before, same, next }): Step => [
      "record_unit",
      unit,
      before,
      same ? JSON.stringify(same) : "",
      JSON.stringify(next),
    ]),
    ...(unrecorded ? [recordStep(inputs)] : []),
    ["write_questions", inputs.layer, questions(wanted).join("\n")],
    ["write_manifest", inputs.layer, JSON.stringify(manifest)],
    ...each("remove_directories", removed.directories),
    ...each("remove_users", removed.users),
  ];
}

/** Notes on the host, before another one helps with the change, that help has to follow it, too. */
export function rollingSteps(inputs: HostLayerInputs, plan: Plan, lease: Step): Step[] {
  return [
    lease,
    ["lock_layer", inputs.layer],
    claimStep(inputs, { ...plan.before, rolling: true }, plan),
  ];
}

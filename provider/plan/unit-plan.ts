/** What has to be done with a layer's systemd units. */
import type { HostLayerInputs } from "../layer/layer-inputs";
import { wantedKey } from "../layer/keys";
import { liveKey } from "../look/live-keys";
import { unitFile } from "../layer/layer-files";
import type { LiveHost } from "../look/live-state";
import type { Removed } from "./removed";
import {
  foreignDropIns,
  isEnabled,
  outdated,
  restartReasons,
  runningWith,
  unitInputs,
} from "./last-started";

export interface UnitPlan {
  readonly dropIns: readonly string[];
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly reloadSystemd: boolean;
  readonly stop: readonly string[];
  /** In starting order. */
  readonly launch: readonly { readonly unit: string; readonly verb: "start" | "restart" }[];
  readonly reload: readonly string[];
  readonly records: readonly RecordPlan[];
  /** Running units that are stopped or restarted. */
  readonly interrupted: readonly string[];
  readonly changes: boolean;
}

/** What to remember of a unit: its inputs if it is still the invocation `before`, and if not. */
export interface RecordPlan {
  readonly unit: string;
  readonly before: string;
  readonly same?: Readonly<Record<string, string>>;
  readonly next: Readonly<Record<string, string>>;
}

/** See `UnitPlan`. */
export function unitPlan(wanted: HostLayerInputs, live: LiveHost, removed: Removed): UnitPlan {
  const names = wanted.unitOrder;
  const unit = (name: string): HostLayerInputs["units"][string] | undefined => wanted.units[name];
  const state = (name: string): ReturnType<LiveHost["units"]["get"]> => live.units.get(name);
  const rewritten = names.filter(
    (name) => liveKey(wanted, live, unitFile(name)) !== wantedKey(wanted, unitFile(name)),
  );
  const dropIns = names.flatMap((name) => foreignDropIns(name, wanted, live));
  const { enable, disable } = bootPlan(wanted, live, rewritten);
  const stop = names.filter((name) => unit(name)?.running === false && state(name)?.running);
  const launch = names.flatMap((name) => launched(name, wanted, live));
  const restarted = launch.map((entry) => entry.unit);
  const reload = names.filter(
    (name) =>
      unit(name)?.running &&
      state(name)?.running &&
      !restarted.includes(name) &&
      outdated(name, unit(name)?.reloadOn ?? [], wanted, live).length > 0,
  );
  const reloadSystemd =
    [rewritten, dropIns, removed.units, enable, disable].some((list) => list.length > 0) ||
    names.some((name) => state(name)?.needsReload);
  const records = recordPlans(wanted, live, restarted, reload);
  const lists = [dropIns, enable, disable, stop, launch, reload, records];
  return {
    dropIns,
    enable,
    disable,
    reloadSystemd,
    stop: [...stop].reverse(),
    launch,
    reload,
    records,
    interrupted: [
      ...stop,
      ...launch.filter(({ verb }) => verb === "restart").map((entry) => entry.unit),
    ],
    changes: reloadSystemd || lists.some((list) => list.length > 0),
  };
}

function bootPlan(
  wanted: HostLayerInputs,
  live: LiveHost,
  rewritten: readonly string[],
): Pick<UnitPlan, "enable" | "disable"> {
  const enabled = wanted.unitOrder.filter((name) => isEnabled(name, wanted, live));
  const right = (name: string): boolean => enabled.includes(name) && !rewritten.includes(name);
  return {
    enable: wanted.unitOrder.filter((name) => wanted.units[name]?.enabled && !right(name)),
    disable: enabled.filter((name) => wanted.units[name]?.enabled === false),
  };
}

function launched(name: string, wanted: HostLayerInputs, live: LiveHost): UnitPlan["launch"] {
  const state = live.units.get(name);
  if (!wanted.units[name]?.running) return [];
  if (!state?.active) return [{ unit: name, verb: "start" }];
  if (!state.running || restartReasons(name, wanted, live).length > 0)
    return [{ unit: name, verb: "restart" }];
  return [];
}

/** Records for units that are about to be started, and for those that run without one so far. */
function recordPlans(
  wanted: HostLayerInputs,
  live: LiveHost,
  restarted: readonly string[],
  reloaded: readonly string[],
): RecordPlan[] {
  return wanted.unitOrder.flatMap((name) => {
    const unit = wanted.units[name];
    const state = live.units.get(name);
    if (!unit?.running) return [];
    const next = keys(unitInputs(name, unit), wanted);
    const before = state?.invocation ?? "";
    if (restarted.includes(name)) return [{ unit: name, before, next }];
    const record = live.records.get(name);
    const known = runningWith(name, wanted, live);
    const same = reloaded.includes(name) ? { ...known, ...keys(unit.reloadOn, wanted) } : known;
    const recorded = record?.invocation === before ? record.inputs : undefined;
    if (sameKeys(recorded, same)) return [];
    return [{ unit: name, before, same, next }];
  });
}

function keys(paths: readonly string[], wanted: HostLayerInputs): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, wantedKey(wanted, path) ?? ""]));
}

function sameKeys(
  a: Readonly<Record<string, string>> | undefined,
  b: Readonly<Record<string, string>>,
): boolean {
  return a !== undefined && Object.keys(b).every((path) => a[path] === b[path]);
}

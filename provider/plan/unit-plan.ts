/** What has to be done with a layer's systemd units. */
import type { WantedLayer } from "../layer/wanted-layer";
import { rewrittenUnits, type LiveLayer } from "../look/live-layer";
import type { UnitState } from "../look/live-state";
import type { Removed } from "./removed";
import { outdatedPaths, restartReasons } from "./restart-reasons";

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

/** See `UnitPlan`; `differing` are the paths whose content is not what the layer wants. */
export function unitPlan(
  wanted: WantedLayer,
  live: LiveLayer,
  differing: ReadonlySet<string>,
  removed: Removed,
): UnitPlan {
  const { units, unitOrder: names } = wanted.inputs;
  const state = (name: string): UnitState | undefined => live.units.get(name)?.state;
  const rewritten = rewrittenUnits(wanted, differing);
  const dropIns = names.flatMap((name) => live.units.get(name)?.dropIns ?? []);
  const { enable, disable } = bootPlan(wanted, live, rewritten);
  const stop = names.filter((name) => units[name]?.running === false && state(name)?.running);
  const verbs = new Map(names.map((name) => [name, verbOf(name, wanted, live)]));
  const launch = names.flatMap((unit) => {
    const verb = verbs.get(unit);
    return verb === "start" || verb === "restart" ? [{ unit, verb }] : [];
  });
  const launched = launch.map((entry) => entry.unit);
  const reload = names.filter((name) => verbs.get(name) === "reload");
  const reloadSystemd =
    [rewritten, dropIns, removed.units, enable, disable].some((list) => list.length > 0) ||
    names.some((name) => state(name)?.needsReload);
  const records = names.flatMap((name) => recordPlan(name, wanted, live, { launched, reload }));
  const lists = [dropIns, enable, disable, stop, launch, reload, records];
  const restarts = names.filter((name) => verbs.get(name) === "restart");
  return {
    dropIns,
    enable,
    disable,
    reloadSystemd,
    stop: [...stop].reverse(),
    launch,
    reload,
    records,
    interrupted: [...stop, ...restarts],
    changes: reloadSystemd || lists.some((list) => list.length > 0),
  };
}

function bootPlan(
  { inputs: { units, unitOrder } }: WantedLayer,
  live: LiveLayer,
  rewritten: readonly string[],
): Pick<UnitPlan, "enable" | "disable"> {
  const enabled = unitOrder.filter((name) => live.units.get(name)?.enabled);
  const right = (name: string): boolean => enabled.includes(name) && !rewritten.includes(name);
  return {
    enable: unitOrder.filter((name) => units[name]?.enabled && !right(name)),
    disable: enabled.filter((name) => units[name]?.enabled === false),
  };
}

/** What a unit that should run needs, so that it runs with what is wanted. */
function verbOf(
  name: string,
  wanted: WantedLayer,
  live: LiveLayer,
): "start" | "restart" | "reload" | undefined {
  const [unit, found] = [wanted.inputs.units[name], live.units.get(name)];
  if (!unit?.running) return undefined;
  if (!found?.state?.active) return "start";
  if (!found.state.running || restartReasons(name, unit, wanted, found).length > 0)
    return "restart";
  return outdatedPaths(unit.reloadOn, wanted, found).length > 0 ? "reload" : undefined;
}

/** The record of a unit that is about to be started, or that runs without the right one so far. */
function recordPlan(
  name: string,
  wanted: WantedLayer,
  live: LiveLayer,
  planned: { readonly launched: readonly string[]; readonly reload: readonly string[] },
): RecordPlan[] {
  const unit = wanted.inputs.units[name];
  if (!unit?.running) return [];
  const { state, startedWith = {}, recorded } = live.units.get(name) ?? {};
  const next = keysOf(wanted.unitPaths.get(name) ?? [], wanted);
  const before = state?.invocation ?? "";
  if (planned.launched.includes(name)) return [{ unit: name, before, next }];
  const reloaded = planned.reload.includes(name) ? keysOf(unit.reloadOn, wanted) : {};
  const same = { ...startedWith, ...reloaded };
  return sameKeys(recorded, same) ? [] : [{ unit: name, before, same, next }];
}

function keysOf(paths: readonly string[], { keys }: WantedLayer): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, keys.get(path) ?? ""]));
}

function sameKeys(
  a: Readonly<Record<string, string>> | undefined,
  b: Readonly<Record<string, string>>,
): boolean {
  return a !== undefined && Object.keys(b).every((path) => a[path] === b[path]);
}

/** What a preview says beside the changed lines: what a change does to running units. */
import { z } from "zod";
import { isObject } from "../json";
import { kinds } from "../layer/item-kinds";
import type { HostLayerInputs } from "../layer/layer-inputs";
import type { WantedLayer } from "../layer/wanted-layer";
import { differingPaths, rewrittenUnits, type LiveLayer } from "../look/live-layer";
import { plan, type Plan } from "./plan";
import { turnOf, type Around, type RestartNotes, type UnitVerb } from "./restart-notes";

/** Units by what happens to them. */
type Units = Readonly<Record<UnitVerb, readonly string[]>>;

/** What follows from a change: restarts, reloads, stops, starts; `live` where this run has looked. */
export function restartNotes(
  wanted: WantedLayer,
  old: WantedLayer,
  live: LiveLayer | undefined,
  around: Around = {},
): RestartNotes {
  const found = live ? plannedUnits(wanted, live) : comparedUnits(wanted, old);
  const { host, units: kept, rollout } = wanted.inputs;
  const gone = old.inputs.unitOrder.filter(
    (name) => !(name in kept) && old.inputs.units[name]?.running,
  );
  const units = { ...found, stops: [...found.stops, ...gone] };
  return { host: host.name, units, ...(rollout && { turn: turnOf(rollout, around) }) };
}

function plannedUnits(wanted: WantedLayer, live: LiveLayer): Units {
  const { launch, interrupted, reload } = plan(wanted, undefined, live).units;
  const launched = (which: string): string[] =>
    launch.filter(({ verb }) => verb === which).map(({ unit }) => unit);
  const restarts = launched("restart");
  return {
    restarts,
    stops: interrupted.filter((name) => !restarts.includes(name)),
    starts: launched("start"),
    reloads: reload,
  };
}

/** What a plan does, by kind of item, for those who debug it. */
export function planSummary({ units, removed, ...items }: Plan): string {
  const kinds = Object.entries({ ...items, removed: Object.values(removed).flat(), ...units });
  const done = kinds.filter(([, list]) => Array.isArray(list) && list.length > 0);
  const { reloadSystemd } = units;
  return `changes ${JSON.stringify({ reloadSystemd, ...Object.fromEntries(done) })}`;
}

/** Whether all that a plan looks into is known by now; single texts may still be unknown. */
export function isPlannable(inputs: HostLayerInputs): boolean {
  const known = kinds.every(([kind, { form, item }]) => {
    const items: unknown = inputs[kind];
    if (form === "list") return Array.isArray(items);
    return isObject(items) && (item instanceof z.ZodString || Object.values(items).every(isObject));
  });
  return known && Array.isArray(inputs.unitOrder);
}

/** Without a look at the host in this run: by what the two versions give differently. */
function comparedUnits(wanted: WantedLayer, old: WantedLayer): Units {
  const { units, unitOrder } = wanted.inputs;
  const runs = ({ inputs }: WantedLayer, name: string): boolean =>
    inputs.units[name]?.running ?? false;
  const kept = unitOrder.filter((name) => runs(wanted, name) && runs(old, name));
  const differing = differingPaths(wanted, old);
  const rewritten = rewrittenUnits(wanted, differing);
  const differ = (paths: readonly string[]): boolean => paths.some((path) => differing.has(path));
  const restarts = kept.filter(
    (name) => rewritten.includes(name) || differ(units[name]?.restartOn ?? []),
  );
  const reloads = kept.filter((name) => differ(units[name]?.reloadOn ?? []));
  return {
    restarts,
    stops: unitOrder.filter((name) => units[name]?.running === false && runs(old, name)),
    starts: unitOrder.filter((name) => runs(wanted, name) && !kept.includes(name)),
    reloads: reloads.filter((name) => !restarts.includes(name)),
  };
}

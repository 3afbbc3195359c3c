/** What a preview says beside the changed lines: what a change does to running units. */
import { z } from "zod";
import { kinds } from "../layer/item-kinds";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { turnOf, type Consequences, type UnitVerb } from "./restart-notes";
import { wantedKey } from "../layer/keys";
import type { LiveHost } from "../look/live-state";
import { plan, type Plan } from "./plan";
import { unitInputs } from "./last-started";
import { isObject, type JsonObject } from "../json";

/** Units by what becomes of them. */
type Units = Readonly<Record<UnitVerb, readonly string[]>>;

/** What follows from a change: restarts, reloads, stops, starts. */
export function consequences(
  wanted: HostLayerInputs,
  old: HostLayerInputs,
  live: LiveHost | undefined,
): Consequences {
  const found = live ? byPlan(wanted, live) : byInputs(wanted, old);
  const gone = old.unitOrder.filter((name) => !(name in wanted.units) && old.units[name]?.running);
  const units = { ...found, stops: [...found.stops, ...gone] };
  const turn = wanted.rollout && turnOf(wanted.rollout);
  return { host: wanted.host.name, units, ...(turn && { turn }) };
}

function byPlan(wanted: HostLayerInputs, live: LiveHost): Units {
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
export function isPlannable(inputs: JsonObject): boolean {
  const known = kinds.every(([kind, { form, item }]) => {
    const items = inputs[kind];
    if (form === "list") return Array.isArray(items);
    return isObject(items) && (item instanceof z.ZodString || Object.values(items).every(isObject));
  });
  return known && Array.isArray(inputs.unitOrder);
}

/** Without a look at the host in this run: by what the two versions give differently. */
function byInputs(wanted: HostLayerInputs, old: HostLayerInputs): Units {
  const kept = wanted.unitOrder.filter(
    (name) => wanted.units[name]?.running && old.units[name]?.running,
  );
  const differ = (paths: readonly string[]): boolean =>
    paths.some((path) => wantedKey(wanted, path) !== wantedKey(old, path));
  const restarts = kept.filter((name) => {
    const unit = wanted.units[name];
    return unit && differ(unitInputs(name, { ...unit, reloadOn: [] }));
  });
  const reloads = kept.filter((name) => differ(wanted.units[name]?.reloadOn ?? []));
  return {
    restarts,
    stops: wanted.unitOrder.filter(
      (name) => wanted.units[name]?.running === false && old.units[name]?.running,
    ),
    starts: wanted.unitOrder.filter((name) => wanted.units[name]?.running && !kept.includes(name)),
    reloads: reloads.filter((name) => !restarts.includes(name)),
  };
}

/** What a preview says beside the changed lines: which running units a change interrupts. */
import type { HostLayerInputs } from "./api";
import { consequencesLine, turnOf } from "./consequences";
import type { LiveHost } from "./live";
import { wantedKey } from "./look";
import { plan, type Plan } from "./plan";
import { unitInputs } from "./runs";
import { isObject, type JsonObject } from "./values";

/** One sentence on the interruptions that follow a change, or undefined when there are none. */
export function interruptions(
  wanted: HostLayerInputs,
  old: HostLayerInputs,
  live: LiveHost | undefined,
): string | undefined {
  const planned = live && plan(wanted, undefined, live).units;
  const stopped = planned ? planned.interrupted : [];
  const restarts = planned
    ? planned.launch.filter(({ verb }) => verb === "restart").map(({ unit }) => unit)
    : restartsByInputs(wanted, old);
  const stops = [
    ...stopped.filter((name) => !restarts.includes(name)),
    ...old.unitOrder.filter((name) => !(name in wanted.units) && old.units[name]?.running),
  ];
  const turn = wanted.rollout && turnOf(wanted.rollout);
  return consequencesLine({
    host: wanted.host.name,
    units: { restarts, stops },
    ...(turn && { turn }),
  });
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
  const { users, directories, files, links, binaries, units, sysctls } = inputs;
  const maps = [users, directories, files, links, binaries, units];
  const items = maps.flatMap((map) => (isObject(map) ? Object.values(map) : [undefined]));
  const lists = [inputs.packages, inputs.modules, inputs.unitOrder, inputs.dataDirectories];
  return isObject(sysctls) && items.every(isObject) && lists.every(Array.isArray);
}

/** Without a look at the host in this run: units whose inputs the two versions give differently. */
function restartsByInputs(wanted: HostLayerInputs, old: HostLayerInputs): string[] {
  return wanted.unitOrder.filter((name) => {
    const [unit, before] = [wanted.units[name], old.units[name]];
    if (!unit?.running || !before?.running) return false;
    const paths = unitInputs(name, { ...unit, reloadOn: [] });
    return paths.some((path) => wantedKey(wanted, path) !== wantedKey(old, path));
  });
}

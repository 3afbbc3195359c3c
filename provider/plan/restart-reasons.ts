/** Why the process of a unit has to be replaced: what it runs with is not what the layer wants. */
import { unitFile } from "../layer/layer-files";
import type { WantedLayer } from "../layer/wanted-layer";
import type { LiveLayer } from "../look/live-layer";

/** Paths whose wanted content a running unit does not run with, as far as is known. */
export function outdatedPaths(
  name: string,
  paths: readonly string[],
  wanted: WantedLayer,
  live: LiveLayer,
): string[] {
  const known = live.units.get(name)?.startedWith ?? {};
  return paths.filter((path) => known[path] === undefined || known[path] !== wanted.keys.get(path));
}

/** Empty when the unit runs with what is wanted; a drop-in that may have been there at its start counts. */
export function restartReasons(name: string, wanted: WantedLayer, live: LiveLayer): string[] {
  const unit = wanted.inputs.units[name];
  const found = live.units.get(name);
  if (unit === undefined || !found?.state?.active) return [];
  const reasons = outdatedPaths(name, [unitFile(name), ...unit.restartOn], wanted, live);
  return found.recorded ? reasons : [...reasons, ...found.dropIns];
}

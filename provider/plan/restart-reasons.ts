/** Why the process of a unit has to be replaced: what it runs with is not what the layer wants. */
import type { Unit } from "../api";
import { unitFile } from "../layer/layer-files";
import type { WantedLayer } from "../layer/wanted-layer";
import type { LiveUnit } from "../look/last-started";

/** Paths whose wanted content a running unit does not run with, as far as is known. */
export function outdatedPaths(
  paths: readonly string[],
  { keys }: WantedLayer,
  { startedWith }: LiveUnit,
): string[] {
  return paths.filter((path) => startedWith[path] !== keys.get(path));
}

/** Of a unit that runs; a drop-in that may have been there at its start counts. */
export function restartReasons(
  name: string,
  { restartOn }: Unit,
  wanted: WantedLayer,
  found: LiveUnit,
): string[] {
  const reasons = outdatedPaths([unitFile(name), ...restartOn], wanted, found);
  return found.recorded ? reasons : [...reasons, ...found.dropIns];
}

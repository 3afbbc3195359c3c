/** With what a unit's process was started, as exactly as it can be known. */
import type { Unit } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { wantedKey } from "../layer/keys";
import { liveKey } from "../look/live-keys";
import { installLinks, unitFile } from "../layer/layer-files";
import type { LiveHost } from "../look/live-state";

/** Paths that a unit's process depends on, its own unit file first. */
export function unitInputs(name: string, unit: Unit): string[] {
  return [...new Set([unitFile(name), ...unit.restartOn, ...unit.reloadOn])];
}

/**
 * What each input was when the running process was started; inputs for which that is unknown are
 * left out. The record of this very invocation is exact. Without one (the host was booted, systemd
 * restarted the unit) an input that is older than the process is what the process runs with.
 */
export function runningWith(
  name: string,
  inputs: HostLayerInputs,
  live: LiveHost,
): Readonly<Record<string, string>> {
  const unit = inputs.units[name];
  const state = live.units.get(name);
  if (unit === undefined || !state?.active) return {};
  const record = live.records.get(name);
  const recorded = record?.invocation === state.invocation ? record.inputs : {};
  const known: Record<string, string> = {};
  for (const path of unitInputs(name, unit)) {
    const key = recorded[path] ?? keyAtStart(path, inputs, live, state.startedAt);
    if (key !== undefined) known[path] = key;
  }
  return known;
}

function keyAtStart(
  path: string,
  inputs: HostLayerInputs,
  live: LiveHost,
  startedAt: number | undefined,
): string | undefined {
  const state = live.paths.get(path);
  // the time of the last change, not mtime: a moved or restored file keeps its old mtime
  if (state === undefined || startedAt === undefined || state.changedAt >= startedAt)
    return undefined;
  return liveKey(inputs, live, path);
}

/** Inputs of a running unit whose wanted content it does not run with. */
export function outdated(
  name: string,
  paths: readonly string[],
  inputs: HostLayerInputs,
  live: LiveHost,
): string[] {
  const known = runningWith(name, inputs, live);
  return paths.filter(
    (path) => known[path] === undefined || known[path] !== wantedKey(inputs, path),
  );
}

/**
 * Whether a unit starts at boot: by the links on disk, for systemd's own word on it is as old as its
 * last reload.
 */
export function isEnabled(name: string, inputs: HostLayerInputs, live: LiveHost): boolean {
  const links = installLinks(name, inputs.units[name]?.content ?? "");
  return links.length > 0 && links.every((path) => live.paths.get(path)?.kind === "link");
}

/** Drop-ins that change a unit and belong to no layer: only those an administrator can add. */
export function foreignDropIns(name: string, inputs: HostLayerInputs, live: LiveHost): string[] {
  const places = ["/etc/systemd/system", "/run/systemd/system"].flatMap((place) => [
    `${place}/${name}.d/`,
    `${place}.control/${name}.d/`,
  ]);
  const own = new Set([
    ...Object.keys(inputs.files),
    ...[...live.manifests.values()].flatMap((manifest) => manifest.files),
  ]);
  const found = live.units.get(name)?.dropIns ?? [];
  return found.filter(
    (path) =>
      places.some((place) => path.startsWith(place)) && !(path in inputs.files) && !own.has(path),
  );
}

/**
 * Why the process of a unit has to be replaced; empty when it runs with what is wanted.
 * A drop-in that may have been there at its start is a reason, too.
 */
export function restartReasons(name: string, inputs: HostLayerInputs, live: LiveHost): string[] {
  const unit = inputs.units[name];
  const state = live.units.get(name);
  if (unit === undefined || !state?.active) return [];
  const reasons = outdated(name, [unitFile(name), ...unit.restartOn], inputs, live);
  const recorded = live.records.get(name)?.invocation === state.invocation;
  return recorded ? reasons : [...reasons, ...foreignDropIns(name, inputs, live)];
}

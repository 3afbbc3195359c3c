/** With what a unit's process was started, as exactly as it can be known. */
import type { WantedLayer } from "../layer/wanted-layer";
import type { LiveHost, UnitState } from "./live-state";

type Keys = Readonly<Record<string, string>>;

export interface LiveUnit {
  readonly state?: UnitState;
  /** Starts at boot. */
  readonly enabled: boolean;
  /** Drop-ins that change the unit and belong to no layer: only those an administrator can add. */
  readonly dropIns: readonly string[];
  /** What was recorded of this very invocation. */
  readonly recorded?: Keys;
  /** What each input was when the running process was started, where that is known. */
  readonly startedWith: Keys;
}

/** A unit of a layer; `keys` are those of the layer's paths as they are on the host. */
export function liveUnit(
  name: string,
  wanted: WantedLayer,
  host: LiveHost,
  keys: ReadonlyMap<string, string>,
): LiveUnit {
  const state = host.units.get(name);
  const record = host.records.get(name);
  const recorded = record?.invocation === (state?.invocation ?? "") ? record.inputs : undefined;
  const paths = state?.active ? (wanted.unitPaths.get(name) ?? []) : [];
  return {
    ...(state && { state }),
    enabled: isEnabled(wanted.bootLinks.get(name) ?? [], host),
    dropIns: foreignDropIns(name, wanted, host),
    ...(recorded && { recorded }),
    startedWith: Object.fromEntries(
      paths.flatMap((path) => {
        const key = recorded?.[path] ?? keyAtStart(path, host, keys, state?.startedAt);
        return key === undefined ? [] : [[path, key]];
      }),
    ),
  };
}

/**
 * Without a record of the invocation (the host was booted, systemd restarted the unit) an input that
 * is older than the process is what the process runs with.
 */
function keyAtStart(
  path: string,
  host: LiveHost,
  keys: ReadonlyMap<string, string>,
  startedAt: number | undefined,
): string | undefined {
  const state = host.paths.get(path);
  // the time of the last change, not mtime: a moved or restored file keeps its old mtime
  if (state === undefined || startedAt === undefined || state.changedAt >= startedAt)
    return undefined;
  return keys.get(path);
}

/** By the links on disk, for systemd's own word on it is as old as its last reload. */
function isEnabled(links: readonly string[], host: LiveHost): boolean {
  return links.length > 0 && links.every((path) => host.paths.get(path)?.kind === "link");
}

function foreignDropIns(name: string, { inputs }: WantedLayer, host: LiveHost): string[] {
  const places = ["/etc/systemd/system", "/run/systemd/system"].flatMap((place) => [
    `${place}/${name}.d/`,
    `${place}.control/${name}.d/`,
  ]);
  const own = new Set([
    ...Object.keys(inputs.files),
    ...[...host.manifests.values()].flatMap((manifest) => manifest.files),
  ]);
  const found = host.units.get(name)?.dropIns ?? [];
  return found.filter((path) => places.some((place) => path.startsWith(place)) && !own.has(path));
}

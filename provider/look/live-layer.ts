/** A host as far as a layer is concerned, worked out once from a look at it. */
import { unitFile, binaryKey } from "../layer/layer-files";
import type { WantedLayer } from "../layer/wanted-layer";
import { liveUnit, type LiveUnit } from "./last-started";
import type { LiveHost } from "./live-state";

export interface LiveLayer {
  readonly host: LiveHost;
  /** What identifies the content of each of the layer's paths that is there. */
  readonly keys: ReadonlyMap<string, string>;
  /** The layer's units by name. */
  readonly units: ReadonlyMap<string, LiveUnit>;
}

/** See `LiveLayer`. */
export function liveLayer(wanted: WantedLayer, host: LiveHost): LiveLayer {
  const there = [...wanted.keys.keys()].flatMap((path) => {
    const key = liveKey(wanted, host, path);
    return key === undefined ? [] : [[path, key] as const];
  });
  const keys = new Map(there);
  const units = Object.keys(wanted.inputs.units);
  return {
    host,
    keys,
    units: new Map(units.map((name) => [name, liveUnit(name, wanted, host, keys)])),
  };
}

/** Paths whose content is not what the layer wants, or that are not there. */
export function differingPaths(
  wanted: Pick<WantedLayer, "keys">,
  live: Pick<LiveLayer, "keys">,
): ReadonlySet<string> {
  return new Set(
    [...wanted.keys].filter(([path, key]) => live.keys.get(path) !== key).map(([path]) => path),
  );
}

/** Units whose file is not what the layer wants. */
export function rewrittenUnits(wanted: WantedLayer, differing: ReadonlySet<string>): string[] {
  return wanted.inputs.unitOrder.filter((name) => differing.has(unitFile(name)));
}

function liveKey({ inputs }: WantedLayer, host: LiveHost, path: string): string | undefined {
  const state = host.paths.get(path);
  if (state === undefined) return undefined;
  if (state.kind === "link") return `-> ${state.target ?? ""}`;
  if (state.kind !== "file") return `(${state.kind})`;
  const binary = inputs.binaries[path];
  const hash = host.hashes.get(path);
  if (binary === undefined) return hash;
  const record = host.binaries.get(path);
  if (record && (record.stat === state.stat || record.sha256 === hash)) return record.key;
  if (binary.member === undefined && hash === binary.sha256) return binaryKey(binary);
  return `modified (sha256 ${hash ?? "unknown"})`;
}

/** A layer as it is on its host, in the shape of its inputs: what `read` returns. */
import type { Unit } from "../api";
import { mapValues, type Json, type JsonObject } from "../json";
import type { ComparedKind } from "../layer/item-kinds";
import {
  binaryKey,
  modulesFile,
  sha256,
  sysctlPath,
  sysctlsFile,
  unitFile,
} from "../layer/layer-files";
import type { WantedLayer } from "../layer/wanted-layer";
import { differingPaths, type LiveLayer } from "../look/live-layer";
import type { LiveHost, PathState } from "../look/live-state";
import { hasModule, sameSysctl } from "./item-plan";
import { restartReasons } from "./restart-reasons";

/** Text files whose live content is not the one the state holds: their contents have to be read. */
export function changedFiles(wanted: WantedLayer, live: LiveLayer): string[] {
  const differing = differingPaths(wanted, live);
  return Object.keys(wanted.files).filter(
    (path) => differing.has(path) && live.host.paths.get(path)?.kind === "file",
  );
}

/** A layer, its host, and the contents of the files that have changed. */
interface Reading {
  readonly wanted: WantedLayer;
  readonly live: LiveLayer;
  readonly changed: ReadonlyMap<string, Buffer>;
}

/** What a host has of the items of each kind. */
const liveItems: Readonly<Record<ComparedKind, (reading: Reading) => Json>> = {
  packages: ({ wanted, live }) =>
    wanted.inputs.packages.filter((name) => live.host.packages.has(name)),
  users: ({ wanted, live: { host } }) =>
    presentItems(wanted.inputs.users, host.users, ({ groups }, { home }, name) => ({
      home,
      groups: groups.filter((group) => host.groups.get(group)?.includes(name)),
    })),
  directories: ({ wanted, live: { host } }) =>
    presentItems(
      wanted.inputs.directories,
      { get: (path) => directoryAt(path, host) },
      (item, { kind, mode, owner }) => (kind === "link" ? { ...item } : { mode, owner }),
    ),
  files: (reading) =>
    presentItems(reading.wanted.inputs.files, reading.live.host.paths, (_, state, path) => ({
      content: liveContent(path, state, reading),
      mode: state.mode,
      owner: state.owner,
    })),
  links: ({ wanted, live: { host } }) =>
    presentItems(wanted.inputs.links, host.paths, (_, { kind, target }) => ({
      target: target ?? `(a ${kind})`,
    })),
  binaries: ({ wanted, live }) =>
    presentItems(wanted.inputs.binaries, live.host.paths, (item, { mode }, path) => {
      const key = live.keys.get(path) ?? "";
      return { ...item, sha256: key === binaryKey(item) ? item.sha256 : key, mode };
    }),
  modules: (reading) => {
    const { inputs } = reading.wanted;
    const kept = isKept(modulesFile(inputs.layer), reading);
    return inputs.modules.filter((name) => kept && hasModule(reading.live.host, name));
  },
  sysctls: (reading) => {
    const { inputs } = reading.wanted;
    const kept = isKept(sysctlsFile(inputs.layer), reading);
    const there = { get: (name: string) => reading.live.host.sysctls.get(sysctlPath(name)) };
    return presentItems(inputs.sysctls, there, (value, found) => {
      const shown = sameSysctl(found, value) ? value : found.replace(/\s+/g, " ");
      return kept ? shown : `${shown} (lost at the next boot)`;
    });
  },
  units: (reading) => {
    const { wanted, live } = reading;
    const there = { get: (name: string) => live.host.paths.get(unitFile(name)) };
    return presentItems(wanted.inputs.units, there, (unit, file, name) =>
      liveUnit(unit, name, file, reading),
    );
  },
};

/**
 * Inputs with everything that the host shows otherwise put in its place. What is missing is absent;
 * beside the inputs' own properties there are, only while there is something to repair,
 * `unfinished`, `units[…].needsRestart`, `units[…].needsReload` and `units[…].dropIns`.
 */
export function liveInputs(
  wanted: WantedLayer,
  live: LiveLayer,
  changed: ReadonlyMap<string, Buffer>,
): JsonObject {
  return {
    ...(JSON.parse(JSON.stringify(wanted.inputs)) as JsonObject),
    ...mapValues(liveItems, (read) => read({ wanted, live, changed })),
    ...unfinished(wanted, live),
  };
}

/** Whether a file is there with the content that the layer gives it. */
function isKept(path: string, reading: Reading): boolean {
  const state = reading.live.host.paths.get(path);
  const wanted = reading.wanted.files[path]?.content;
  return state !== undefined && liveContent(path, state, reading) === wanted;
}

/** Live values of those wanted items that the host has. */
function presentItems<Item, State>(
  wanted: Readonly<Record<string, Item>>,
  there: { get(key: string): State | undefined },
  value: (wanted: Item, there: State, key: string) => Json,
): JsonObject {
  const found = Object.entries(wanted).flatMap(([key, item]) => {
    const state = there.get(key);
    return state === undefined ? [] : [[key, value(item, state, key)] as const];
  });
  return Object.fromEntries(found);
}

function directoryAt(path: string, host: LiveHost): PathState | undefined {
  const state = host.paths.get(path);
  return state?.kind === "directory" || state?.kind === "link" ? state : undefined;
}

function liveContent(path: string, state: PathState, { wanted, changed }: Reading): string {
  if (state.kind === "link") return `(a link to ${state.target ?? ""})`;
  if (state.kind !== "file") return `(a ${state.kind})`;
  const bytes = changed.get(path);
  if (bytes === undefined) return wanted.files[path]?.content ?? "";
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : `(not text, sha256 ${sha256(bytes)})`;
}

function liveUnit(unit: Unit, name: string, file: PathState, reading: Reading): Json {
  const { wanted, live } = reading;
  const found = live.units.get(name);
  const { state, enabled = false, dropIns = [] } = found ?? {};
  const stale =
    unit.running && found?.state?.running ? restartReasons(name, unit, wanted, found) : [];
  const { mode, owner } = file;
  return {
    ...(JSON.parse(JSON.stringify(unit)) as JsonObject),
    content: liveContent(unitFile(name), file, reading),
    enabled,
    running: state?.running ?? false,
    ...(mode !== "0644" || owner !== "root:root"
      ? { file: `${mode} ${owner}, expected 0644 root:root` }
      : {}),
    ...(stale.length > 0 && {
      needsRestart: `may run with something other than what is on disk: ${stale.join(", ")}`,
    }),
    ...(state?.needsReload && { needsReload: "systemd has not read the unit file on disk yet" }),
    ...(dropIns.length > 0 && { dropIns: [...dropIns] }),
  };
}

function unfinished({ inputs }: WantedLayer, { host }: LiveLayer): JsonObject {
  const manifest = host.manifests.get(inputs.layer);
  if (manifest === undefined) return { unfinished: "the host has no manifest of this layer" };
  return manifest.complete ? {} : { unfinished: "the last change of this layer did not finish" };
}

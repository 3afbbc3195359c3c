/** A layer as it is on its host, in the shape of its inputs: what `read` returns. */
import type { Binary, Unit } from "../api";
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
import type { LiveHost } from "../look/live-state";
import { hasModule, sameSysctl, userDiffers } from "./item-plan";
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
    presentItems(wanted.inputs.users, host.users, (_, name) => liveUser(wanted, host, name)),
  directories: ({ wanted, live: { host } }) =>
    presentItems(
      wanted.inputs.directories,
      { has: (path) => isDirectory(host, path) },
      (item, path) =>
        host.paths.get(path)?.kind === "link" ? { ...item } : attributes(host, path),
    ),
  files: (reading) =>
    presentItems(reading.wanted.inputs.files, reading.live.host.paths, (_, path) => ({
      content: liveContent(path, reading),
      ...attributes(reading.live.host, path),
    })),
  links: ({ wanted, live: { host } }) =>
    presentItems(wanted.inputs.links, host.paths, (_, path) => ({
      target: host.paths.get(path)?.target ?? `(a ${host.paths.get(path)?.kind ?? ""})`,
    })),
  binaries: ({ wanted, live }) =>
    presentItems(wanted.inputs.binaries, live.host.paths, (item, path) =>
      liveBinary(item, path, live),
    ),
  modules: (reading) => {
    const { inputs } = reading.wanted;
    const kept = isKept(modulesFile(inputs.layer), reading);
    return inputs.modules.filter((name) => kept && hasModule(reading.live.host, name));
  },
  sysctls: liveSysctls,
  units: (reading) => {
    const { wanted, live } = reading;
    const there = { has: (name: string) => live.host.paths.has(unitFile(name)) };
    return presentItems(wanted.inputs.units, there, (unit, name) => liveUnit(unit, name, reading));
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
  const { wanted, live } = reading;
  return live.host.paths.has(path) && liveContent(path, reading) === wanted.files[path]?.content;
}

/** Live values of those wanted items that the host has. */
function presentItems<T>(
  wanted: Readonly<Record<string, T>>,
  there: { has(key: string): boolean },
  value: (wanted: T, key: string) => Json,
): JsonObject {
  const found = Object.entries(wanted).filter(([key]) => there.has(key));
  return mapValues(Object.fromEntries(found), value);
}

function isDirectory(host: LiveHost, path: string): boolean {
  const kind = host.paths.get(path)?.kind;
  return kind === "directory" || kind === "link";
}

function attributes(host: LiveHost, path: string): { mode: string; owner: string } {
  const { mode = "", owner = "" } = host.paths.get(path) ?? {};
  return { mode, owner };
}

function liveContent(path: string, { wanted, live, changed }: Reading): string {
  const state = live.host.paths.get(path);
  if (state?.kind === "link") return `(a link to ${state.target ?? ""})`;
  if (state && state.kind !== "file") return `(a ${state.kind})`;
  const bytes = changed.get(path);
  if (bytes === undefined) return wanted.files[path]?.content ?? "";
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : `(not text, sha256 ${sha256(bytes)})`;
}

function liveUser({ inputs }: WantedLayer, host: LiveHost, name: string): Json {
  const { home = "", groups = [] } = inputs.users[name] ?? {};
  if (!userDiffers(inputs, host, name)) return { home, groups: [...groups] };
  const isMember = (group: string): boolean => (host.groups.get(group) ?? []).includes(name);
  return { home: host.users.get(name)?.home ?? "", groups: groups.filter(isMember) };
}

function liveBinary(binary: Binary, path: string, live: LiveLayer): Json {
  const key = live.keys.get(path) ?? "";
  const seen = key === binaryKey(binary) ? binary.sha256 : key;
  return { ...binary, sha256: seen, mode: attributes(live.host, path).mode };
}

function liveSysctls(reading: Reading): JsonObject {
  const { inputs } = reading.wanted;
  const kept = isKept(sysctlsFile(inputs.layer), reading);
  const there = (name: string): string | undefined =>
    reading.live.host.sysctls.get(sysctlPath(name));
  const has = (name: string): boolean => there(name) !== undefined;
  return presentItems(inputs.sysctls, { has }, (value, name) => {
    const shown = sameSysctl(there(name), value) ? value : (there(name) ?? "").replace(/\s+/g, " ");
    return kept ? shown : `${shown} (lost at the next boot)`;
  });
}

function liveUnit(unit: Unit, name: string, reading: Reading): Json {
  const { wanted, live } = reading;
  const { state, enabled = false, dropIns = [] } = live.units.get(name) ?? {};
  const running = state?.running ?? false;
  const stale = unit.running && running ? restartReasons(name, wanted, live) : [];
  const { mode, owner } = attributes(live.host, unitFile(name));
  return {
    ...(JSON.parse(JSON.stringify(unit)) as JsonObject),
    content: liveContent(unitFile(name), reading),
    enabled,
    running,
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

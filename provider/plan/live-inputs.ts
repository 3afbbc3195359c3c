/** A layer as it is on its host, in the shape of its inputs: what `read` returns. */
import type { Unit } from "../api";
import type { ComparedKind } from "../layer/item-kinds";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { wantedKey } from "../layer/keys";
import { liveKey } from "../look/live-keys";
import {
  binaryKey,
  layerFiles,
  modulesFile,
  sha256,
  sysctlPath,
  sysctlsFile,
  unitFile,
} from "../layer/layer-files";
import type { LiveHost } from "../look/live-state";
import { hasModule, sameSysctl, userDiffers } from "./item-plan";
import { foreignDropIns, isEnabled, restartReasons } from "./last-started";
import { mapValues, type Json, type JsonObject } from "../json";

/** Text files whose live content is not the one the state holds: their contents have to be read. */
export function changedFiles(inputs: HostLayerInputs, live: LiveHost): string[] {
  return Object.keys(layerFiles(inputs)).filter(
    (path) =>
      live.paths.get(path)?.kind === "file" &&
      liveKey(inputs, live, path) !== wantedKey(inputs, path),
  );
}

/** A layer, its host, and what `look_content` gave for the files that have changed. */
interface Reading {
  readonly inputs: HostLayerInputs;
  readonly live: LiveHost;
  readonly changed: ReadonlyMap<string, Buffer>;
}

/** What a host has of the items of each kind. */
const liveItems: Readonly<Record<ComparedKind, (reading: Reading) => Json>> = {
  packages: ({ inputs, live }) => inputs.packages.filter((name) => live.packages.has(name)),
  users: ({ inputs, live }) =>
    present(inputs.users, live.users, (_, name) => liveUser(inputs, live, name)),
  directories: ({ inputs, live }) =>
    present(inputs.directories, { has: (path) => isDirectory(live, path) }, (wanted, path) =>
      live.paths.get(path)?.kind === "link" ? { ...wanted } : attributes(live, path),
    ),
  files: (reading) =>
    present(reading.inputs.files, reading.live.paths, (_, path) => ({
      content: liveContent(path, reading),
      ...attributes(reading.live, path),
    })),
  links: ({ inputs, live: { paths } }) =>
    present(inputs.links, paths, (_, path) => ({
      target: paths.get(path)?.target ?? `(a ${paths.get(path)?.kind ?? ""})`,
    })),
  binaries: ({ inputs, live }) =>
    present(inputs.binaries, live.paths, (binary, path) => liveBinary(binary, inputs, live, path)),
  modules: (reading) => {
    const { inputs, live } = reading;
    const kept = isKept(modulesFile(inputs.layer), reading);
    return inputs.modules.filter((name) => kept && hasModule(live, name));
  },
  sysctls: (reading) => {
    const { inputs, live } = reading;
    return liveSysctls(inputs, live, isKept(sysctlsFile(inputs.layer), reading));
  },
  units: (reading) => {
    const { inputs, live } = reading;
    return present(inputs.units, { has: (name) => live.paths.has(unitFile(name)) }, (unit, name) =>
      liveUnit(unit, name, inputs, live, liveContent(unitFile(name), reading)),
    );
  },
};

/**
 * Inputs with everything that the host shows otherwise put in its place. What is missing is absent;
 * beside the inputs' own properties there are, only while there is something to repair,
 * `unfinished`, `units[…].needsRestart`, `units[…].needsReload` and `units[…].dropIns`.
 */
export function liveInputs(
  inputs: HostLayerInputs,
  live: LiveHost,
  changed: ReadonlyMap<string, Buffer>,
): JsonObject {
  return {
    ...(JSON.parse(JSON.stringify(inputs)) as JsonObject),
    ...mapValues(liveItems, (read) => read({ inputs, live, changed })),
    ...unfinished(inputs, live),
  };
}

/** Whether a file is there with the content that the layer gives it. */
function isKept(path: string, reading: Reading): boolean {
  const { inputs, live } = reading;
  return live.paths.has(path) && liveContent(path, reading) === layerFiles(inputs)[path]?.content;
}

/** Live values of those wanted items that the host has. */
function present<T>(
  wanted: Readonly<Record<string, T>>,
  there: { has(key: string): boolean },
  value: (wanted: T, key: string) => Json,
): JsonObject {
  const found = Object.entries(wanted).filter(([key]) => there.has(key));
  return mapValues(Object.fromEntries(found), value);
}

function isDirectory(live: LiveHost, path: string): boolean {
  const kind = live.paths.get(path)?.kind;
  return kind === "directory" || kind === "link";
}

function attributes(live: LiveHost, path: string): { mode: string; owner: string } {
  const { mode = "", owner = "" } = live.paths.get(path) ?? {};
  return { mode, owner };
}

function liveContent(path: string, { inputs, live, changed }: Reading): string {
  const state = live.paths.get(path);
  if (state?.kind === "link") return `(a link to ${state.target ?? ""})`;
  if (state && state.kind !== "file") return `(a ${state.kind})`;
  const bytes = changed.get(path);
  if (bytes === undefined) return layerFiles(inputs)[path]?.content ?? "";
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : `(not text, sha256 ${sha256(bytes)})`;
}

function liveUser(inputs: HostLayerInputs, live: LiveHost, name: string): Json {
  const { home = "", groups = [] } = inputs.users[name] ?? {};
  if (!userDiffers(inputs, live, name)) return { home, groups: [...groups] };
  const members = (group: string): boolean => (live.groups.get(group) ?? []).includes(name);
  return { home: live.users.get(name)?.home ?? "", groups: groups.filter(members) };
}

function liveBinary(
  binary: HostLayerInputs["binaries"][string],
  inputs: HostLayerInputs,
  live: LiveHost,
  path: string,
): Json {
  const key = liveKey(inputs, live, path) ?? "";
  const seen = key === binaryKey(binary) ? binary.sha256 : key;
  return { ...binary, sha256: seen, mode: attributes(live, path).mode };
}

function liveSysctls(inputs: HostLayerInputs, live: LiveHost, kept: boolean): JsonObject {
  const there = (name: string): string | undefined => live.sysctls.get(sysctlPath(name));
  const has = (name: string): boolean => there(name) !== undefined;
  return present(inputs.sysctls, { has }, (value, name) => {
    const shown = sameSysctl(there(name), value) ? value : (there(name) ?? "").replace(/\s+/g, " ");
    return kept ? shown : `${shown} (lost at the next boot)`;
  });
}

function liveUnit(
  unit: Unit,
  name: string,
  inputs: HostLayerInputs,
  live: LiveHost,
  content: string,
): Json {
  const state = live.units.get(name);
  const running = state?.running ?? false;
  const stale = unit.running && running ? restartReasons(name, inputs, live) : [];
  const dropIns = foreignDropIns(name, inputs, live);
  const { mode, owner } = attributes(live, unitFile(name));
  return {
    ...(JSON.parse(JSON.stringify(unit)) as JsonObject),
    content,
    enabled: isEnabled(name, inputs, live),
    running,
    ...(mode !== "0644" || owner !== "root:root"
      ? { file: `${mode} ${owner}, expected 0644 root:root` }
      : {}),
    ...(stale.length > 0 && {
      needsRestart: `may run with something other than what is on disk: ${stale.join(", ")}`,
    }),
    ...(state?.needsReload && { needsReload: "systemd has not read the unit file on disk yet" }),
    ...(dropIns.length > 0 && { dropIns }),
  };
}

function unfinished(inputs: HostLayerInputs, live: LiveHost): JsonObject {
  const manifest = live.manifests.get(inputs.layer);
  if (manifest === undefined) return { unfinished: "the host has no manifest of this layer" };
  return manifest.complete ? {} : { unfinished: "the last change of this layer did not finish" };
}

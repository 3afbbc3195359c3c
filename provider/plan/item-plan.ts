/** What has to be done with everything of a layer but its units. */

import type { Binary, Directory, SystemUser } from "../api";
import { mapValues } from "../json";
import { sysctlPath } from "../layer/layer-files";
import type { WantedLayer } from "../layer/wanted-layer";
import type { LiveHost, PathState } from "../look/live-state";

/** One artifact to fetch and what to take out of it. */
export interface Fetch {
  readonly url: string;
  readonly sha256: string;
  readonly members: readonly {
    readonly member: string;
    readonly mode: string;
    readonly path: string;
  }[];
}

/** Names of the items that have to be changed. */
export interface ItemPlan {
  readonly packages: readonly string[];
  readonly users: readonly string[];
  readonly makeDirectories: readonly string[];
  readonly directories: readonly string[];
  readonly fetches: readonly Fetch[];
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly owners: readonly { readonly path: string; readonly owner: string }[];
  readonly modes: readonly { readonly path: string; readonly mode: string }[];
  readonly modules: readonly string[];
  readonly sysctls: readonly string[];
}

/** See `ItemPlan`; `differing` are the paths whose content is not what the layer wants. */
export function itemPlan(
  wanted: WantedLayer,
  live: LiveHost,
  differing: ReadonlySet<string>,
): ItemPlan {
  const { inputs } = wanted;
  const differs = (path: string): boolean => differing.has(path);
  return {
    packages: inputs.packages.filter((name) => !live.packages.has(name)),
    users: Object.entries(inputs.users)
      .filter(([name, user]) => userDiffers(name, user, live))
      .map(([name]) => name),
    makeDirectories: wanted.directories.filter((path) => !live.paths.has(path)),
    directories: Object.entries(inputs.directories)
      .filter(([path, directory]) => directoryDiffers(directory, live.paths.get(path)))
      .map(([path]) => path),
    fetches: fetches(Object.entries(inputs.binaries).filter(([path]) => differs(path))),
    files: Object.keys(wanted.files).filter(differs),
    links: Object.keys(inputs.links).filter(differs),
    ...attributePlan(wanted, live, differing),
    modules: inputs.modules.filter((name) => !hasModule(live, name)),
    sysctls: Object.entries(inputs.sysctls)
      .filter(([name, value]) => !sameSysctl(live.sysctls.get(sysctlPath(name)), value))
      .map(([name]) => name),
  };
}

/** Owners and modes of what is not replaced. */
function attributePlan(
  { inputs, files }: WantedLayer,
  live: LiveHost,
  replaced: ReadonlySet<string>,
): Pick<ItemPlan, "owners" | "modes"> {
  const executables = mapValues(inputs.binaries, ({ mode }) => ({ mode, owner: "root:root" }));
  const kept = Object.entries<Directory>({ ...files, ...executables })
    .filter(([path]) => !replaced.has(path))
    .map(([path, { mode, owner }]) => ({ path, mode, owner }));
  const owners = kept.filter(({ path, owner }) => live.paths.get(path)?.owner !== owner);
  // a change of the owner may clear bits of the mode
  const modes = kept.filter(
    (item) => live.paths.get(item.path)?.mode !== item.mode || owners.includes(item),
  );
  return {
    owners: owners.map(({ path, owner }) => ({ path, owner })),
    modes: modes.map(({ path, mode }) => ({ path, mode })),
  };
}

function directoryDiffers({ mode, owner }: Directory, state: PathState | undefined): boolean {
  // a link to a directory is followed: what it points to cannot be told from here
  if (state?.kind === "link") return false;
  return state?.kind !== "directory" || state.mode !== mode || state.owner !== owner;
}

/** Whether a kernel module is loaded or built in. */
export function hasModule(live: LiveHost, name: string): boolean {
  return live.modules.has(name.replaceAll("-", "_"));
}

function fetches(binaries: readonly (readonly [path: string, binary: Binary])[]): Fetch[] {
  const byUrl = new Map<
    string,
    { url: string; sha256: string; members: Fetch["members"][number][] }
  >();
  for (const [path, { url, sha256, member = "", mode }] of binaries) {
    const fetch = byUrl.get(`${sha256} ${url}`) ?? { url, sha256, members: [] };
    byUrl.set(`${sha256} ${url}`, fetch);
    fetch.members.push({ member, mode, path });
  }
  return [...byUrl.values()];
}

/** Whether a user is missing, lives elsewhere, or lacks one of its groups. */
function userDiffers(name: string, { home, groups }: SystemUser, live: LiveHost): boolean {
  return (
    live.users.get(name)?.home !== home ||
    groups.some((group) => !live.groups.get(group)?.includes(name))
  );
}

/** Kernel parameters are the same when they differ in white space or the form of a number only. */
export function sameSysctl(live: string | undefined, wanted: string): boolean {
  const words = (text: string): string[] =>
    text
      .trim()
      .split(/\s+/)
      .map((word) => (/^-?\d+$/.test(word) ? String(BigInt(word)) : word));
  return live !== undefined && words(live).join(" ") === words(wanted).join(" ");
}

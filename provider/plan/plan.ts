/** What has to be done so that a host becomes what a layer says: wanted × live → plan. */
import { isDeepStrictEqual } from "node:util";
import { droppedNames, mergedManifest, type Made, type Manifest } from "../layer/manifest";
import type { WantedLayer } from "../layer/wanted-layer";
import { differingPaths, type LiveLayer } from "../look/live-layer";
import type { LiveHost } from "../look/live-state";
import { itemPlan, type ItemPlan } from "./item-plan";
import type { Removed } from "./removed";
import { unitPlan, type UnitPlan } from "./unit-plan";

export interface Plan extends ItemPlan {
  readonly units: UnitPlan;
  readonly removed: Removed;
  /** Some step changes the host; otherwise only the ready checks are left. */
  readonly changes: boolean;
  /** A running unit is restarted or stopped. */
  readonly disruptive: boolean;
  /** Data directories that no run has claimed yet; with content, they are somebody else's. */
  readonly newData: readonly string[];
  readonly before: Manifest;
  readonly manifest: Manifest;
}

/** The plan; `old` is the state's version of the layer, where there is one. */
export function plan(
  wanted: WantedLayer,
  old: Pick<WantedLayer, "manifest"> | undefined,
  live: LiveLayer,
): Plan {
  const { host } = live;
  const { layer } = wanted.inputs;
  const manifest = { ...wanted.manifest, ...madeBy(wanted, host) };
  const known = host.manifests.get(layer);
  const older = olderManifest(known, old?.manifest);
  const others = otherManifests(host, layer);
  const removed = removedItems(older, manifest, others);
  const differing = differingPaths(wanted, live);
  const units = unitPlan(wanted, live, differing, removed);
  const items = itemPlan(wanted, host, differing);
  const stops = removed.units.filter((unit) => host.units.get(unit)?.active ?? true);
  const changes =
    anyItem(items) || anyItem(removed) || units.changes || !isDeepStrictEqual(known, manifest);
  return {
    ...items,
    units,
    removed,
    changes,
    disruptive: units.interrupted.length + stops.length > 0,
    newData: manifest.dataDirectories.filter((path) => !known?.dataDirectories.includes(path)),
    before: { ...mergedManifest(older, manifest), complete: false },
    manifest,
  };
}

function anyItem(lists: ItemPlan | Removed): boolean {
  return Object.values<readonly unknown[]>({ ...lists }).some((list) => list.length > 0);
}

/** Manifests of the other layers on the host: what they name too this layer must not remove. */
export function otherManifests(live: LiveHost, layer: string): Manifest[] {
  return [...live.manifests.values()].filter((other) => other.layer !== layer);
}

/** What the layer may have brought: by the host's own word and by the state's. */
function olderManifest(
  known: Manifest | undefined,
  stated: Manifest | undefined,
): Manifest | undefined {
  return stated ? mergedManifest(known, stated) : known;
}

function madeBy({ inputs, directories }: WantedLayer, live: LiveHost): Made {
  const all = [...live.manifests.values()];
  const madeUsers = new Set(all.flatMap((manifest) => manifest.madeUsers));
  const madeDirectories = new Set(all.flatMap((manifest) => manifest.madeDirectories));
  return {
    madeUsers: Object.keys(inputs.users).filter(
      (name) => madeUsers.has(name) || !live.users.has(name),
    ),
    madeDirectories: directories.filter(
      (path) => madeDirectories.has(path) || !live.paths.has(path),
    ),
  };
}

function removedItems(
  older: Manifest | undefined,
  manifest: Manifest,
  others: readonly Manifest[],
): Removed {
  const gone = (["files", "links", "binaries"] as const).flatMap((field) =>
    droppedNames(field, older, manifest, others),
  );
  const kept = new Set([...manifest.files, ...manifest.links, ...manifest.binaries]);
  return {
    units: droppedNames("units", older, manifest, others).reverse(),
    files: gone.filter((path) => !kept.has(path)),
    directories: droppedNames("madeDirectories", older, manifest, others).sort().reverse(),
    users: droppedNames("madeUsers", older, manifest, others),
  };
}

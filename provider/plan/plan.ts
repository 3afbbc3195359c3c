/** What has to be done so that a host becomes what a layer says: wanted × live → plan. */
import { isDeepStrictEqual } from "node:util";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { itemPlan, type ItemPlan } from "./item-plan";
import type { LiveHost } from "../look/live-state";
import {
  dropped,
  layerManifest,
  mergedManifest,
  neededDirectories,
  type Made,
  type Manifest,
} from "../layer/manifest";
import type { Removed } from "./removed";
import { unitPlan, type UnitPlan } from "./unit-plan";

export interface Plan extends ItemPlan {
  readonly units: UnitPlan;
  readonly removed: Removed;
  /** Some step changes the host; otherwise only the ready checks are left. */
  readonly changes: boolean;
  /** A running unit is restarted or stopped. */
  readonly disruptive: boolean;
  readonly before: Manifest;
  readonly manifest: Manifest;
}

/** The plan; `old` is the state's version of the layer, where there is one. */
export function plan(
  wanted: HostLayerInputs,
  old: HostLayerInputs | undefined,
  live: LiveHost,
): Plan {
  const manifest = layerManifest(wanted, madeBy(wanted, live));
  const known = live.manifests.get(wanted.layer);
  const older = olderManifest(known, old);
  const others = otherManifests(live, wanted.layer);
  const removed = removedItems(older, manifest, others);
  const units = unitPlan(wanted, live, removed);
  const items = itemPlan(wanted, live);
  const stops = removed.units.filter((unit) => live.units.get(unit)?.active ?? true);
  const changes =
    anyItem(items) || anyItem(removed) || units.changes || !isDeepStrictEqual(known, manifest);
  return {
    ...items,
    units,
    removed,
    changes,
    disruptive: units.interrupted.length + stops.length > 0,
    before: { ...mergedManifest(older, manifest), complete: false },
    manifest,
  };
}

function anyItem(lists: ItemPlan | Removed): boolean {
  return Object.values<readonly unknown[]>({ ...lists }).some((list) => list.length > 0);
}

/** Manifests of the other layers on the host: what they name too is not this layer's to take away. */
export function otherManifests(live: LiveHost, layer: string): Manifest[] {
  return [...live.manifests.values()].filter((other) => other.layer !== layer);
}

/** What the layer may have brought: by the host's own word and by the state's. */
export function olderManifest(
  known: Manifest | undefined,
  old: HostLayerInputs | undefined,
): Manifest | undefined {
  const stated = old && layerManifest(old, { madeUsers: [], madeDirectories: [] });
  return stated ? mergedManifest(known, stated) : known;
}

function madeBy(wanted: HostLayerInputs, live: LiveHost): Made {
  const all = [...live.manifests.values()];
  const users = new Set(all.flatMap((manifest) => manifest.madeUsers));
  const directories = new Set(all.flatMap((manifest) => manifest.madeDirectories));
  return {
    madeUsers: Object.keys(wanted.users).filter((name) => users.has(name) || !live.users.has(name)),
    madeDirectories: neededDirectories(wanted).filter(
      (path) => directories.has(path) || !live.paths.has(path),
    ),
  };
}

function removedItems(
  older: Manifest | undefined,
  manifest: Manifest,
  others: readonly Manifest[],
): Removed {
  const gone = (["files", "links", "binaries"] as const).flatMap((field) =>
    dropped(field, older, manifest, others),
  );
  const kept = new Set([...manifest.files, ...manifest.links, ...manifest.binaries]);
  return {
    units: dropped("units", older, manifest, others).reverse(),
    files: gone.filter((path) => !kept.has(path)),
    directories: dropped("madeDirectories", older, manifest, others).sort().reverse(),
    users: dropped("madeUsers", older, manifest, others),
  };
}

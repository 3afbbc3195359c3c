/** Removes a layer from its host, by what the host remembers of it. */
import type { LiveHost } from "../look/live-state";
import { itemKinds, listedKinds, type Traits } from "../layer/item-kinds";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { droppedNames, mergedManifest, type Manifest } from "../layer/manifest";
import { directoryOf } from "../layer/host-paths";
import { otherManifests } from "../plan/plan";
import { each, type Step } from "../ssh/framing";

/** A layer by name, with what whoever has it removed knows of it. */
export interface RemovedLayer {
  readonly inputs: Pick<HostLayerInputs, "layer">;
  readonly manifest: Manifest;
}

/** Kinds that need no more than a function of the library, in the order of the table. */
const removedKinds = listedKinds.flatMap((kind) => {
  const { removedBy }: Traits = itemKinds[kind];
  return removedBy === undefined ? [] : [[removedBy, kind] as const];
});

/**
 * Steps that remove everything the layer brought and no other layer names; none when there is nothing.
 * The manifest goes last, so that what was cut off is finished by the next run. Without it only the
 * state tells what the layer brought, and nothing what was in its directories of data before: they stay.
 */
export function removalSteps(wanted: RemovedLayer, live: LiveHost, lease: Step): Step[] {
  const { inputs } = wanted;
  const known = live.manifests.get(inputs.layer);
  if (known === undefined && live.marker === undefined) return [];
  const manifest = mergedManifest(known, wanted.manifest);
  const others = otherManifests(live, inputs.layer).filter((other) => !other.leaving);
  const unclaimed = (field: Parameters<typeof droppedNames>[0]): string[] =>
    droppedNames(field, manifest, undefined, others);
  const binaries = unclaimed("binaries");
  const units = unclaimed("units").reverse();
  const data = known ? unclaimed("dataDirectories") : [];
  const heir = others.find((other) =>
    other.packages.some((name) => manifest.packages.includes(name)),
  );
  const files = [...unclaimed("files"), ...unclaimed("links"), ...binaries];
  return [
    lease,
    ["lock_layer", inputs.layer],
    ...leavingSteps(inputs.layer, known && manifest),
    ...each("retire_units", units),
    ["kill_leftovers", ...units, "--", ...binaries],
    ...each("unmount_below", data),
    ...removedKinds.flatMap(([verb, kind]) => each(verb, unclaimed(kind))),
    ...each("remove_data", data, inputs.layer),
    ...each("remove_files", files),
    ...each("remove_stages", [...new Set(binaries.map(directoryOf))], inputs.layer),
    ...each("forget_units", units),
    ...(units.length > 0 ? [["reload_systemd"] as Step] : []),
    [
      "remove_packages",
      inputs.layer,
      heir?.layer ?? "",
      ...others.flatMap((other) => other.packages),
    ],
    // what other layers claim is asked on the host, for they may be removed at the same time
    ["lock_host"],
    ...each("remove_directories", [...manifest.madeDirectories].sort().reverse()),
    ...each("remove_users", manifest.madeUsers),
    ["forget_layer", inputs.layer],
  ];
}

/** From here on the layer claims nothing any more that others need not keep for it. */
function leavingSteps(layer: string, manifest: Manifest | undefined): Step[] {
  if (manifest === undefined) return [];
  const leaving: Manifest = { ...manifest, complete: false, leaving: true };
  return [["write_manifest", layer, JSON.stringify(leaving)]];
}

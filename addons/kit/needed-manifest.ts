import type {
  ManifestObject,
  UpstreamManifests,
} from "../../components/catalogue/upstream-manifests";

/** The objects of a manifest that the add-on names in its definition. */
export function neededManifest(
  manifests: UpstreamManifests,
  name: keyof UpstreamManifests,
): readonly ManifestObject[] {
  const objects = manifests[name];
  if (objects === undefined) throw new Error(`the manifest ${name} has not been read`);
  return objects;
}

import type { ManifestObject } from "../../components/catalogue/upstream-manifests";
import { type AddonObject, namesOf } from "./addon-object";
import { ourLabels } from "./labelled-objects";

/** Kinds that others of a manifest lie in or are of. */
const first = ["Namespace", "CustomResourceDefinition"];
/** Kinds whose pods need all others. */
const last = ["Deployment", "DaemonSet"];

/** All objects of an upstream manifest as upstream wrote them, those with pods after all others. */
export function upstreamObjects(objects: readonly ManifestObject[]): readonly AddonObject[] {
  const placed = (wanted: (kind: string) => boolean, earlier: readonly AddonObject[]) => {
    const after = namesOf(earlier);
    return objects
      .filter(({ kind }) => wanted(kind))
      .map((object) => ({
        name: `${object.kind.toLowerCase()}-${object.metadata.name}`,
        object: labelledDefinition(object),
        after,
      }));
  };
  const early = placed((kind) => first.includes(kind), []);
  const middle = placed((kind) => !first.includes(kind) && !last.includes(kind), early);
  const late = placed((kind) => last.includes(kind), [...early, ...middle]);
  return [...early, ...middle, ...late];
}

/** Definitions are told from those of others when they are to go. */
function labelledDefinition(object: ManifestObject): ManifestObject {
  if (object.kind !== "CustomResourceDefinition") return object;
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...ourLabels } } };
}

import type { ManifestObject } from "../../../components/catalogue/upstream-manifests";
import type { AddonObject } from "../../kit/addon-object";
import { upstreamObjects } from "../../kit/upstream-objects";

/** The kinds of the Gateway API alone, whatever else a release holds. */
export function gatewayApiObjects(manifest: readonly ManifestObject[]): readonly AddonObject[] {
  return upstreamObjects(manifest.filter(({ kind }) => kind === "CustomResourceDefinition"));
}

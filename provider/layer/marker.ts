/** Whose a host is, as /etc/plinth/cluster.json says it. */
import type { HostMarker } from "../survey-api";
import type { HostLayerInputs } from "./layer-inputs";
import { layersDirectory } from "./manifest";

export const markerFile = "/etc/plinth/cluster.json";

/** What the marker says; one that can't be read names no cluster, so that nobody takes the host. */
export function parsedMarker(text: string | undefined): HostMarker | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  try {
    const { cluster, id, host } = JSON.parse(text) as Partial<Record<keyof HostMarker, unknown>>;
    return {
      cluster: typeof cluster === "string" ? cluster : "",
      ...(typeof id === "string" && { id }),
      ...(typeof host === "string" && { host }),
    };
  } catch {
    return { cluster: "" };
  }
}

/** The marker of a host that has the layer. */
export function layerMarker({ cluster, clusterId, host }: HostLayerInputs): HostMarker {
  return { cluster, ...(clusterId !== undefined && { id: clusterId }), host: host.name };
}

/**
 * Why a host is not the one that the layer is for; undefined where it is, or where it is nobody's.
 * What is created is not put onto a host whose marker has no id: it may be anybody's of that name.
 */
export function foreignReason(
  marker: HostMarker | undefined,
  inputs: HostLayerInputs,
  isCreated: boolean,
): string | undefined {
  if (marker === undefined) return undefined;
  const { cluster, clusterId, host } = inputs;
  if (marker.cluster === "")
    return (
      `may be anybody's, as ${markerFile} is damaged; if the files in ${layersDirectory} have the id ` +
      `${clusterId ?? "of this stack"}, write ${JSON.stringify(layerMarker(inputs))} to it`
    );
  const says = `${markerFile} says ${JSON.stringify(marker)}`;
  if (marker.cluster !== cluster)
    return (
      `belongs to another cluster: ${says}, expected cluster "${cluster}"; ` +
      "remove that file on the host if that cluster is gone"
    );
  if (marker.id !== undefined && clusterId !== undefined && marker.id !== clusterId)
    return (
      `belongs to another cluster of the same name: ${says}, and the id in this stack's state is ` +
      `"${clusterId}"; use the stack that made it, or restore its state (pulumi stack import)`
    );
  if (marker.host !== undefined && marker.host !== host.name)
    return (
      `is ${marker.host} of this cluster: ${says}, expected host "${host.name}"; put the name ` +
      `${marker.host} back, or remove that host first`
    );
  if (isCreated && marker.id === undefined && clusterId !== undefined)
    return (
      `may belong to another cluster of the same name: ${says} without an id; use the stack that ` +
      "made it, and let it write its id with an unchanged stack config first"
    );
  return undefined;
}

/** What a layer brought to a host, as the host remembers it in /etc/plinth/layers/<layer>.json. */
import { byName, listedKinds, type ListedKind } from "./item-kinds";
import type { HostLayerInputs } from "./layer-inputs";

export const layersDirectory = "/etc/plinth/layers";

/** Names of items by kind; units in starting order, with all text files that follow from the inputs. */
type ItemNames = Readonly<Record<ListedKind, readonly string[]>>;

/** What some layer of Plinth made itself, on a host where it did not exist: only this is removed again. */
export interface Made {
  readonly madeUsers: readonly string[];
  /** Parents of files included. */
  readonly madeDirectories: readonly string[];
}

export interface Manifest extends ItemNames, Made {
  readonly cluster: string;
  /** As the marker's; absent where an earlier version wrote the manifest. */
  readonly clusterId?: string;
  readonly host?: string;
  readonly layer: string;
  /** False from the first change until the last ready check has passed. */
  readonly complete: boolean;
  /** Another host helped before a change, and has to help after it, too. */
  readonly rolling?: boolean;
  /** The layer is being taken away: what it made is no longer kept for its sake. */
  readonly leaving?: boolean;
}

type ListField = ListedKind | keyof Made;

const listFields: readonly ListField[] = [...listedKinds, "madeUsers", "madeDirectories"];

/** What a manifest says that an earlier version of Plinth wrote, before there were all of the lists. */
export const emptyManifest: Omit<Manifest, "cluster" | "layer"> = {
  complete: false,
  ...byName(listFields, () => []),
};

/** The manifest of a layer that is completely applied, and of which nothing was made; `files` are all of its text files. */
export function layerManifest(inputs: HostLayerInputs, files: readonly string[]): Manifest {
  const { cluster, clusterId, host, layer, unitOrder: units } = inputs;
  const names = byName(listedKinds, (kind): readonly string[] => {
    const items = inputs[kind];
    return (Array.isArray(items) ? items : Object.keys(items)).map(String);
  });
  const made = { madeUsers: [], madeDirectories: [] };
  return {
    cluster,
    ...(clusterId !== undefined && { clusterId }),
    host: host.name,
    layer,
    complete: true,
    ...names,
    files,
    units,
    ...made,
  };
}

/** Everything that either of two manifests names: what may be on the host in the midst of a change. */
export function mergedManifest(older: Manifest | undefined, newer: Manifest): Manifest {
  if (older === undefined) return newer;
  const both = byName(listFields, (field) => [...new Set([...older[field], ...newer[field]])]);
  return { ...newer, ...both };
}

/** What a list of the older manifest holds that neither the newer one nor any other layer does. */
export function droppedNames(
  field: ListField,
  older: Manifest | undefined,
  newer: Manifest | undefined,
  others: readonly Manifest[],
): string[] {
  const kept = new Set([...(newer?.[field] ?? []), ...others.flatMap((other) => other[field])]);
  return (older?.[field] ?? []).filter((item) => !kept.has(item));
}

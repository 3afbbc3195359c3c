/** What a layer brought to a host, as the host remembers it in /etc/plinth/layers/<layer>.json. */
import type { HostLayerInputs } from "../api";
import { layerFiles } from "./layer-files";
import { parentsOf } from "./host-paths";

export const layersDirectory = "/etc/plinth/layers";
export const markerFile = "/etc/plinth/cluster.json";

export interface Manifest {
  readonly cluster: string;
  readonly layer: string;
  /** False from the first change until the last ready check has passed. */
  readonly complete: boolean;
  /** The rollout's `before` command ran, its `after` command did not yet. */
  readonly rolling?: boolean;
  readonly packages: readonly string[];
  readonly users: readonly string[];
  /** Those of `users` that some layer made: only these are removed again. */
  readonly madeUsers: readonly string[];
  readonly directories: readonly string[];
  /** Directories, parents of files included, that some layer made: only these are removed again. */
  readonly madeDirectories: readonly string[];
  /** Unit files and the files for modules and kernel parameters included. */
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly binaries: readonly string[];
  /** In starting order. */
  readonly units: readonly string[];
  readonly dataDirectories: readonly string[];
  readonly interfaces: readonly string[];
  readonly nftables: readonly string[];
  readonly iptablesChains: readonly string[];
}

/** What a manifest says that an earlier version of Plinth wrote, before there were all of the lists. */
export const emptyManifest: Omit<Manifest, "cluster" | "layer"> = {
  complete: false,
  packages: [],
  users: [],
  madeUsers: [],
  directories: [],
  madeDirectories: [],
  files: [],
  links: [],
  binaries: [],
  units: [],
  dataDirectories: [],
  interfaces: [],
  nftables: [],
  iptablesChains: [],
};

/** What some layer of Plinth made itself, on a host where it did not exist. */
export interface Made {
  readonly users: readonly string[];
  readonly directories: readonly string[];
}

/** The manifest of a layer that is completely applied. */
export function layerManifest(inputs: HostLayerInputs, made: Made): Manifest {
  return {
    cluster: inputs.cluster,
    layer: inputs.layer,
    complete: true,
    packages: inputs.packages,
    users: Object.keys(inputs.users),
    madeUsers: made.users,
    directories: Object.keys(inputs.directories),
    madeDirectories: made.directories,
    files: Object.keys(layerFiles(inputs)),
    links: Object.keys(inputs.links),
    binaries: Object.keys(inputs.binaries),
    units: inputs.unitOrder,
    dataDirectories: inputs.dataDirectories,
    interfaces: inputs.interfaces,
    nftables: inputs.nftables,
    iptablesChains: inputs.iptablesChains,
  };
}

/** Everything that either of two manifests names: what may be on the host in the midst of a change. */
export function mergedManifest(older: Manifest | undefined, newer: Manifest): Manifest {
  if (older === undefined) return newer;
  const both = (field: ListField): string[] => [...new Set([...older[field], ...newer[field]])];
  return {
    ...newer,
    users: both("users"),
    madeUsers: both("madeUsers"),
    directories: both("directories"),
    madeDirectories: both("madeDirectories"),
    files: both("files"),
    links: both("links"),
    binaries: both("binaries"),
    units: both("units"),
    dataDirectories: both("dataDirectories"),
    interfaces: both("interfaces"),
    nftables: both("nftables"),
    iptablesChains: both("iptablesChains"),
  };
}

type ListField = Exclude<keyof Manifest, "cluster" | "layer" | "complete" | "rolling">;

/** What a list of the older manifest holds that neither the newer one nor any other layer does. */
export function dropped(
  field: ListField,
  older: Manifest | undefined,
  newer: Manifest | undefined,
  others: readonly Manifest[],
): string[] {
  const kept = new Set([...(newer?.[field] ?? []), ...others.flatMap((other) => other[field])]);
  return (older?.[field] ?? []).filter((item) => !kept.has(item));
}

/** Directories that must exist before the layer's items can be put in place, parents first. */
export function neededDirectories(inputs: HostLayerInputs): string[] {
  const items = [
    ...Object.keys(layerFiles(inputs)),
    ...Object.keys(inputs.links),
    ...Object.keys(inputs.binaries),
  ];
  const directories = Object.keys(inputs.directories);
  const parents = [...items, ...directories].flatMap(parentsOf);
  return [...new Set([...parents, ...directories])].sort();
}

import { type FixedPort, ports } from "../../network/ports";
import type { AddonSchema, AddonSettings } from "../schema/addons-schema";
import type { ConfigRule } from "./config-rule";
import type { DeepReadonly } from "./deep-readonly";

/** The key `addons`, whichever add-on asks. */
export type Addons = DeepReadonly<AddonSettings>;

/** A YAML file of Kubernetes objects as upstream publishes it; without a checksum where none is known beforehand. */
export interface ManifestSource {
  readonly version: string;
  readonly url: string;
  readonly sha256?: string;
}

/** An add-on as the config, the survey and the catalogue know it: by a list, not by its name. */
export interface AddonDefinition extends Partial<AddonSchema> {
  /** Of its resources and its folder. */
  readonly name: string;
  /** The key below `addons` that switches it on, where it has none of its own. */
  readonly switchedBy?: string;
  readonly isOn: (addons: Addons) => boolean;
  readonly rules?: readonly ConfigRule[];
  /** Official names of the images that it runs, by their names in the catalogue. */
  readonly images?: Readonly<Record<string, string>>;
  /** Upstream's manifests that it takes its objects from, by their names in the catalogue. */
  readonly manifests?: Readonly<Record<string, ManifestSource>>;
  readonly needs?: AddonNeeds;
  /**
   * Texts of files on the operator's machine that its settings name, by names of its own. Throws one
   * error with every file that is no good; `file` is the name of the stack config.
   */
  readonly files?: (addons: Addons, file: string) => Readonly<Record<string, string>>;
  /** Asks the servers that its settings name; resolves to warnings, rejects with all that is wrong. */
  readonly serverWarnings?: (
    addons: Addons,
    files: Readonly<Record<string, string>>,
    file: string,
  ) => Promise<readonly string[]>;
}

/** What an add-on that is switched on wants of the hosts and of the PKI. */
export interface AddonNeeds {
  /** Ports of hosts that no setting changes. */
  readonly ports?: readonly FixedPort[];
  /** That settings of its own choose further ports of hosts. */
  readonly chosenPorts?: true;
  /** That the components on hosts serve their metrics to other hosts. */
  readonly hostMetrics?: true;
  /** Directories of nodes that it fills. */
  readonly directories?: (addons: Addons) => readonly string[];
  /** Kernel modules that nodes must be able to load, and what needs each. */
  readonly modules?: (addons: Addons) => Readonly<Record<string, string>>;
  /** Packages of nodes' distributions. */
  readonly packages?: (addons: Addons) => readonly string[];
  /** Whether there must be an authority that signs certificates of what runs in the cluster. */
  readonly workloadsAuthority?: (addons: Addons) => boolean;
}

/** What the add-ons of a cluster need together. */
export interface ClusterNeeds {
  /** All fixed ports in use, those of every cluster among them. */
  readonly ports: readonly FixedPort[];
  readonly hostMetrics: boolean;
  readonly directories: readonly string[];
  readonly modules: Readonly<Record<string, string>>;
  readonly packages: readonly string[];
  readonly workloadsAuthority: boolean;
  /** Names of upstream's manifests in the catalogue. */
  readonly manifests: readonly string[];
}

/** The needs of those add-ons of a list that are switched on. */
export function clusterNeeds(
  definitions: readonly AddonDefinition[],
  addons: Addons,
): ClusterNeeds {
  const on = definitions.filter(({ isOn }) => isOn(addons));
  const needs = on.flatMap((each) => (each.needs === undefined ? [] : [each.needs]));
  return {
    ports: [...Object.values<FixedPort>(ports), ...needs.flatMap((each) => each.ports ?? [])],
    hostMetrics: needs.some(({ hostMetrics }) => hostMetrics),
    directories: needs.flatMap(({ directories }) => directories?.(addons) ?? []),
    modules: Object.fromEntries(
      needs.flatMap(({ modules }) => Object.entries(modules?.(addons) ?? {})),
    ),
    packages: needs.flatMap(({ packages }) => packages?.(addons) ?? []),
    workloadsAuthority: needs.some(({ workloadsAuthority }) => workloadsAuthority?.(addons)),
    manifests: on.flatMap(({ manifests }) => Object.keys(manifests ?? {})),
  };
}

/** The keys below `addons` that a list brings. */
export function addonSchemas(definitions: readonly AddonDefinition[]): readonly AddonSchema[] {
  return definitions.flatMap(({ key, schema }) =>
    key === undefined || schema === undefined ? [] : [{ key, schema }],
  );
}

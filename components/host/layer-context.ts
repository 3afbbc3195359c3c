import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../catalogue/catalogue";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import type { BinarySources } from "./catalogue-binaries";
import type { HostPlatform } from "./platform";

/** What every layer is rendered from: the config, the catalogue and what the survey found. */
export interface LayerContext {
  readonly config: ClusterConfig;
  /** See `ClusterId`. */
  readonly clusterId: pulumi.Input<string>;
  readonly catalogue: Catalogue;
  /** By host name. */
  readonly platforms: ReadonlyMap<string, HostPlatform>;
}

/** The platform of a host; throws when the survey has not seen it. */
export function platformOf(context: LayerContext, host: HostConfig): HostPlatform {
  const platform = context.platforms.get(host.name);
  if (platform === undefined) throw new Error(`host "${host.name}" was not surveyed`);
  return platform;
}

/** Where the binaries of a host come from. */
export function binarySourcesOf(context: LayerContext, host: HostConfig): BinarySources {
  const { mirror } = context.config.artifacts;
  return {
    catalogue: context.catalogue,
    architecture: platformOf(context, host).architecture,
    ...(mirror === undefined ? {} : { mirror }),
  };
}

import * as pulumi from "@pulumi/pulumi";
import { hostLayerToken, type Rollout } from "../../provider/api";
import { kinds, type LayerItems } from "../../provider/layer/item-kinds";
import type { HostConfig } from "../config/model/host-config";
import { hostConnection } from "./host-connection";

/** What one layer puts on a host; pure data, made by renderers. Absent parts are empty; units in starting order. */
export type LayerContent = Partial<LayerItems>;

/** A file whose content other resources create: certificates, keys, tokens. */
export interface InputFile {
  readonly content: pulumi.Input<string>;
  readonly mode: string;
  readonly owner: string;
}

export interface HostLayerArgs {
  readonly host: HostConfig;
  readonly cluster: string;
  readonly clusterId: pulumi.Input<string>;
  readonly layer: string;
  /** Not asked for on a host in maintenance, of which no facts are known. */
  readonly content: () => LayerContent;
  /** Joined to the content's files. */
  readonly inputFiles: () => Readonly<Record<string, InputFile>>;
  readonly rollout?: Rollout;
}

/** The content of several renderers as one layer; later parts come later in the starting order. */
export function joinedContent(...parts: readonly LayerContent[]): LayerItems {
  const joined = kinds.map(([kind, { form, sorted }]) => {
    // lists are flattened, maps are elements
    const present = parts.flatMap((part): unknown => part[kind] ?? []);
    if (form === "map") return [kind, Object.assign({}, ...present) as object];
    return [kind, sorted ? [...new Set(present)].sort() : present];
  });
  return Object.fromEntries(joined) as LayerItems; // every kind is there, in its form
}

/** One layer on one host, kept as its content says by the `plinth` provider; in maintenance, kept as it is. */
export class HostLayer extends pulumi.CustomResource {
  constructor(name: string, args: HostLayerArgs, opts: pulumi.CustomResourceOptions) {
    const { host, cluster, clusterId, layer } = args;
    const identity = { host: hostConnection(host), cluster, clusterId, layer };
    if (host.maintenance) {
      super(hostLayerToken, name, identity, { ...opts, ignoreChanges: ["*"] });
      return;
    }
    const content = joinedContent(args.content());
    super(
      hostLayerToken,
      name,
      {
        ...identity,
        ...content,
        files: { ...content.files, ...args.inputFiles() },
        unitOrder: Object.keys(content.units),
        rollout: args.rollout,
      },
      opts,
    );
  }
}

import * as pulumi from "@pulumi/pulumi";
import {
  hostLayerToken,
  type Binary,
  type Directory,
  type HostFile,
  type ReadyCheck,
  type Rollout,
  type SystemUser,
  type Unit,
} from "../../provider/api";
import type { HostConfig } from "../config/model/host-config";
import { hostConnection } from "./host-connection";

/** What one layer puts on a host; pure data, made by renderers. Absent parts are empty. */
export interface LayerContent {
  readonly packages?: readonly string[];
  readonly users?: Readonly<Record<string, SystemUser>>;
  readonly directories?: Readonly<Record<string, Directory>>;
  readonly files?: Readonly<Record<string, HostFile>>;
  readonly links?: Readonly<Record<string, { readonly target: string }>>;
  readonly binaries?: Readonly<Record<string, Binary>>;
  readonly modules?: readonly string[];
  readonly sysctls?: Readonly<Record<string, string>>;
  /** In starting order. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly ready?: readonly ReadyCheck[];
  readonly dataDirectories?: readonly string[];
  readonly interfaces?: readonly string[];
  readonly nftables?: readonly string[];
  /** What the names of iptables chains begin with. */
  readonly iptablesChains?: readonly string[];
}

/** A file whose content other resources create: certificates, keys, tokens. */
export interface InputFile {
  readonly content: pulumi.Input<string>;
  readonly mode: string;
  readonly owner: string;
}

export interface HostLayerArgs {
  readonly host: HostConfig;
  readonly cluster: string;
  readonly layer: string;
  /** Not asked for on a host in maintenance, of which no facts are known. */
  readonly content: () => LayerContent;
  /** Joined to the content's files. */
  readonly inputFiles: () => Readonly<Record<string, InputFile>>;
  readonly rollout?: Rollout;
}

/** The content of several renderers as one layer; later parts come later in the starting order. */
export function joinedContent(...parts: readonly LayerContent[]): Required<LayerContent> {
  const records = <V>(pick: (part: LayerContent) => Readonly<Record<string, V>> | undefined) =>
    Object.fromEntries(parts.flatMap((part) => Object.entries(pick(part) ?? {})));
  const lists = <V>(pick: (part: LayerContent) => readonly V[] | undefined) =>
    parts.flatMap((part) => pick(part) ?? []);
  return {
    packages: [...new Set(lists((part) => part.packages))].sort(),
    users: records((part) => part.users),
    directories: records((part) => part.directories),
    files: records((part) => part.files),
    links: records((part) => part.links),
    binaries: records((part) => part.binaries),
    modules: [...new Set(lists((part) => part.modules))].sort(),
    sysctls: records((part) => part.sysctls),
    units: records((part) => part.units),
    ready: lists((part) => part.ready),
    dataDirectories: lists((part) => part.dataDirectories),
    interfaces: lists((part) => part.interfaces),
    nftables: lists((part) => part.nftables),
    iptablesChains: lists((part) => part.iptablesChains),
  };
}

/** One layer on one host, kept as its content says by the `plinth` provider; in maintenance, kept as it is. */
export class HostLayer extends pulumi.CustomResource {
  constructor(name: string, args: HostLayerArgs, opts: pulumi.CustomResourceOptions) {
    const { host, cluster, layer } = args;
    const identity = { host: hostConnection(host), cluster, layer };
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

/**
 * The kinds of items that a layer can have: the one list of them. Inputs, their schema and empty
 * values, the manifest, previews and the joining of layers are made from it; what a kind does to a
 * host is told by the plan, the steps and the scripts. Part of the contract, as api.ts is.
 */
import { z } from "zod";
import type { Binary, Directory, HostFile, Link, ReadyCheck, SystemUser, Unit } from "../api";
import { argv, count, deadlineSeconds, mode, name, owner, path, text, unitName } from "./patterns";

const user: z.ZodType<SystemUser> = z.strictObject({ home: path, groups: z.array(name) });
const directory: z.ZodType<Directory> = z.strictObject({ mode, owner });
const file: z.ZodType<HostFile> = z.strictObject({ content: z.string(), mode, owner });
const link: z.ZodType<Link> = z.strictObject({ target: z.string() });
const url = text(/^https?:\/\/\S+$/, "an http or https URL");
const binary: z.ZodType<Binary> = z.strictObject({
  url,
  sha256: text(/^[0-9a-f]{64}$/, "64 lower-case hex digits"),
  member: z.string().exactOptional(),
  mode,
});
const unit: z.ZodType<Unit> = z.strictObject({
  content: z.string(),
  enabled: z.boolean(),
  running: z.boolean(),
  restartOn: z.array(path),
  reloadOn: z.array(path),
});
const ready: z.ZodType<ReadyCheck> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("unit"), unit: unitName, deadlineSeconds }),
  z.strictObject({ kind: z.literal("tcp"), address: z.string(), port: count, deadlineSeconds }),
  z.strictObject({
    kind: z.literal("https"),
    url,
    caFile: path,
    certFile: path.exactOptional(),
    keyFile: path.exactOptional(),
    deadlineSeconds,
  }),
  z.strictObject({ kind: z.literal("command"), command: argv, deadlineSeconds }),
]);
/** Never the root of what other programs share. */
const dataPath = text(
  /^(?!\/(etc|usr|bin|sbin|lib|lib64|boot|dev|proc|sys|root|home|opt|srv|run|tmp|var)(\/(lib|log|cache|run|tmp|spool|local|bin|sbin|share|systemd))?$)\/[^/]+\/[^\n]*[^/]$/,
  "an absolute path of a program's own directory, at least two levels deep",
);
const table = text(
  /^(ip|ip6|inet|arp|bridge|netdev) \S+$/,
  'family and table such as "ip kube-proxy"',
);

/** What is the same for all items of a kind. */
export interface Traits {
  /** One item. */
  readonly item: z.ZodType;
  /** The manifest lists the names, so that the host knows what the layer brought. */
  readonly listed?: true;
  /** A read shows what the host has of it; anything else a read shows as it was stated. */
  readonly compared?: true;
  /** The library function that removes what no other layer claims, when the layer goes. */
  readonly removedBy?: string;
  /** The order has no meaning: joined layers have every item once, in the order of the alphabet. */
  readonly sorted?: true;
}

interface ListKind extends Traits {
  readonly form: "list";
}

interface MapKind extends Traits {
  readonly form: "map";
  readonly key: z.ZodType<string>;
}

export const itemKinds = {
  /** Packages of the host's distribution that must be installed (apt, dnf or zypper). */
  packages: { form: "list", item: name, listed: true, compared: true, sorted: true },
  users: { form: "map", key: name, item: user, listed: true, compared: true },
  directories: { form: "map", key: path, item: directory, listed: true, compared: true },
  files: { form: "map", key: path, item: file, listed: true, compared: true },
  links: { form: "map", key: path, item: link, listed: true, compared: true },
  binaries: { form: "map", key: path, item: binary, listed: true, compared: true },
  /** Kernel modules, loaded now and at boot; one that is built into the kernel or loaded already is right. */
  modules: { form: "list", item: name, compared: true, sorted: true },
  /** Kernel parameters by dotted name, applied now and at boot. */
  sysctls: {
    form: "map",
    key: text(/^[\w./*-]+$/, "a kernel parameter"),
    item: z.string(),
    compared: true,
  },
  /** systemd units by full name (`etcd.service`), started in the order given by `unitOrder`. */
  units: { form: "map", key: unitName, item: unit, listed: true, compared: true },
  ready: { form: "list", item: ready },
  /** Paths of data of the layer's programs; unmounted and removed with the layer, never compared. */
  dataDirectories: { form: "list", item: dataPath, listed: true },
  /** Network interfaces that the layer's programs make (`cni0`, `flannel.1`), removed with it. */
  interfaces: {
    form: "list",
    item: text(/^[^\s/]{1,15}$/, "a network interface"),
    listed: true,
    removedBy: "remove_interfaces",
  },
  /** Networks (`10.244.0.0/16`) to parts of which the layer's programs make routes by way of other hosts, likewise. */
  gatewayRoutes: {
    form: "list",
    item: text(/^[0-9.]+\/[0-9]{1,2}$/, "an IPv4 network such as 10.244.0.0/16"),
    listed: true,
    removedBy: "remove_routes",
  },
  /** nftables tables (`ip kube-proxy`) that the layer's programs make, removed with the layer. */
  nftables: { form: "list", item: table, listed: true, removedBy: "remove_tables" },
  /** Prefixes of the names of iptables chains (`KUBE-`) that the layer's programs make, likewise. */
  iptablesChains: {
    form: "list",
    item: text(/^[A-Z][A-Z0-9]*-$/, 'a chain name prefix such as "KUBE-"'),
    listed: true,
    removedBy: "remove_chains",
  },
} as const satisfies Readonly<Record<string, ListKind | MapKind>>;

export type ItemKind = keyof typeof itemKinds;

type Having<Trait> = {
  [K in ItemKind]: (typeof itemKinds)[K] extends Trait ? K : never;
}[ItemKind];

/** Kinds of which the manifest lists the names. */
export type ListedKind = Having<{ readonly listed: true }>;

/** Kinds of which a read shows what the host has. */
export type ComparedKind = Having<{ readonly compared: true }>;

type Items<Kind extends ListKind | MapKind> = Kind extends ListKind
  ? readonly z.output<Kind["item"]>[]
  : Readonly<Record<string, z.output<Kind["item"]>>>;

/** All items of a layer, by kind. */
export type LayerItems = { readonly [K in ItemKind]: Items<(typeof itemKinds)[K]> };

/** The table as a list. */
export const kinds = Object.entries<ListKind | MapKind>(itemKinds) as readonly (readonly [
  ItemKind,
  ListKind | MapKind,
])[]; // its keys are those of the table

/** The kinds that are listed, in the order of the table. */
export const listedKinds = kinds
  .filter(([, { listed }]) => listed)
  .map(([kind]) => kind as ListedKind); // filtered by what makes one

/** An object with a value for each of the given names, such as those of kinds. */
export function byName<Name extends string, Value>(
  names: readonly Name[],
  value: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  const entries = names.map((name) => [name, value(name)]);
  return Object.fromEntries(entries) as Record<Name, Value>; // every name has its entry
}

/** A layer without any items. */
export const noItems = Object.fromEntries(
  kinds.map(([kind, { form }]) => [kind, form === "list" ? [] : {}]),
) as unknown as LayerItems; // every kind is empty in its form

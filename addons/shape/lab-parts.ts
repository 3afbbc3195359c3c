/** A product of the toolchain from which the lab makes an image like the official one. */
export interface LabProgram {
  /** Name of the product. */
  readonly product: string;
  /** The binary, where the product has several; default: that of the product's name. */
  readonly binary?: string;
  /** Where the official image has the binary; default: at the root. */
  readonly path?: string;
  /** `uid:gid` as which the official image starts; default: root. */
  readonly user?: string;
  /** Another product's output that the binary looks for in the folder in which it starts. */
  readonly beside?: {
    readonly product: string;
    readonly output: string;
    readonly folder: string;
    readonly path: string;
  };
  /** The binary calls nft and iptables. */
  readonly packetFilters?: true;
}

/** An image that is a static busybox under the names of these commands. */
export interface LabBusybox {
  readonly busybox: readonly string[];
}

/**
 * What the lab makes of its own in place of official downloads, by their names in the catalogue; it
 * has nothing else. It reads this from a list that is made of all add-ons (addon-list.ts), as it
 * imports none of them.
 */
export interface LabParts<Image extends string = string, Manifest extends string = string> {
  readonly images?: Readonly<Partial<Record<Image, LabProgram | LabBusybox>>>;
  /** Names of products whose only file is the manifest. */
  readonly manifests?: Readonly<Partial<Record<Manifest, string>>>;
}

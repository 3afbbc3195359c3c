import type { ProductName } from "../../toolchain/product-list";
import list from "./addon-list.json";

/** An add-on as the lab knows it, which imports none: from a list that is written by its test. */
export interface ListedAddon {
  /** Below `addons` of a stack config, what switches it on. */
  readonly key: string;
  readonly images: readonly ListedImage[];
  readonly manifests: readonly ListedManifest[];
}

export interface ListedImage {
  /** In the catalogue. */
  readonly name: string;
  /** Official name with the tag. */
  readonly reference: string;
  /** Absent where the lab has no such image. */
  readonly madeOf?: Program | Busybox;
}

/** The binary of a product, at the path where the official image has it. */
export interface Program {
  readonly product: ProductName;
  /** Default: the product's name. */
  readonly binary?: string;
  /** Default: the binary at the root. */
  readonly path?: string;
  readonly user?: string;
  /** Another product's output that the binary looks for in the folder in which it starts. */
  readonly beside?: {
    readonly product: ProductName;
    readonly output: string;
    readonly folder: string;
    readonly path: string;
  };
  /** The binary calls nft and iptables. */
  readonly packetFilters?: true;
}

/** Debian's static busybox under the names of commands. */
export interface Busybox {
  readonly busybox: readonly string[];
}

export interface ListedManifest {
  /** In the catalogue. */
  readonly name: string;
  readonly version: string;
  /** Official address of that version. */
  readonly url: string;
  /** Its only file is the manifest; absent where the lab has no such manifest. */
  readonly product?: ProductName;
}

/** Every add-on. */
export const addonList = list as readonly ListedAddon[]; // its test knows the products

/** What the add-ons that a stack config switches on are made of. */
export function addonProducts(keys: readonly string[]): readonly ProductName[] {
  const on = addonList.filter(({ key }) => keys.includes(key));
  return [...new Set(on.flatMap(productsOf))];
}

/** What an add-on's images and manifests are made of. */
export function productsOf({ images, manifests }: ListedAddon): readonly ProductName[] {
  return [
    ...images.flatMap(({ madeOf }) =>
      madeOf === undefined || "busybox" in madeOf
        ? []
        : [madeOf.product, ...(madeOf.beside === undefined ? [] : [madeOf.beside.product])],
    ),
    ...manifests.flatMap(({ product }) => product ?? []),
  ];
}

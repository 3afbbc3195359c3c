import { cp, mkdir, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ProductName, products } from "../../toolchain/product-list";
import {
  addonList,
  type Busybox,
  type ListedImage,
  productsOf,
  type Program,
} from "../addons/addon-list";
import { baseTree, recipeHash } from "../host/base";
import { busyboxBinary } from "../machine/packages";
import { copyPacketFilters } from "./flannel-tree";
import type { ImageRecipe } from "./images";

type Folders = Readonly<Partial<Record<ProductName, string>>>;

/** The images of the add-ons of whose products there are some. */
export function addonRecipes(folders: Folders): readonly ImageRecipe[] {
  const made = addonList.filter((addon) =>
    productsOf(addon).some((product) => folders[product] !== undefined),
  );
  return made.flatMap(({ images }) => images.flatMap((image) => imageRecipe(image, folders)));
}

function imageRecipe(image: ListedImage, folders: Folders): readonly ImageRecipe[] {
  const { madeOf } = image;
  if (madeOf === undefined) return [];
  if ("busybox" in madeOf) return [busyboxRecipe(image, madeOf)];
  const { product, beside, packetFilters } = madeOf;
  const folder = folders[product];
  if (folder === undefined) return [];
  const recipe = programRecipe(image, madeOf, folder);
  if (packetFilters) return [withPacketFilters(recipe)];
  if (beside === undefined) return [recipe];
  const files = folders[beside.product];
  return [files === undefined ? recipe : withFiles(recipe, beside, files)];
}

function programRecipe(
  { name, reference }: ListedImage,
  { product, binary = product, path = binary, user }: Program,
  folder: string,
): ImageRecipe {
  const [, repository = "", prefix = ""] = /^(.+:)(v?)[^:/]+$/.exec(reference) ?? [];
  return {
    name,
    // the lab's version may be another than the official one
    reference: `${repository}${prefix}${products[product].version}`,
    entrypoint: [`/${path}`],
    ...(user === undefined ? {} : { user }),
    key: basename(folder),
    fill: async (tree) => {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await cp(join(folder, binary), join(tree, path));
    },
  };
}

/** The image started in a folder that has the files which it looks for there. */
function withFiles(
  recipe: ImageRecipe,
  { output, folder, path }: NonNullable<Program["beside"]>,
  from: string,
): ImageRecipe {
  return {
    ...recipe,
    directory: `/${folder}`,
    key: `${recipe.key} ${basename(from)}`,
    fill: async (tree) => {
      await recipe.fill(tree);
      await cp(join(from, output), join(tree, folder, path), { recursive: true });
    },
  };
}

/** The image with the hosts' own packet filters. */
function withPacketFilters(recipe: ImageRecipe): ImageRecipe {
  return {
    ...recipe,
    key: `${recipe.key}-${recipeHash()}`,
    fill: async (tree) => {
      await recipe.fill(tree);
      await copyPacketFilters(baseTree(), tree);
    },
  };
}

function busyboxRecipe(
  { name, reference }: ListedImage,
  { busybox: commands }: Busybox,
): ImageRecipe {
  return {
    name,
    reference,
    entrypoint: ["sh"],
    key: commands.join(" "),
    fill: async (tree) => {
      await mkdir(join(tree, "bin"));
      await mkdir(join(tree, "tmp"), { mode: 0o1777 });
      await cp(await busyboxBinary(), join(tree, "bin/busybox"));
      await Promise.all(commands.map((each) => symlink("busybox", join(tree, "bin", each))));
    },
  };
}

import { join } from "node:path";
import { clusterProductNames, type ProductName } from "../../toolchain/product-list";
import { toolchain } from "../../toolchain/toolchain";
import { LabError } from "../machine/lab-error";
import { toolchainLine } from "../machine/progress";
import { addonProducts } from "../addons/addon-list";
import type { ToolFolders } from "./services";
import { stackAddons, stackText } from "../pulumi/stack-config";

/** The folders of what every cluster needs and of what add-ons need beyond that, made where the cache lacks them. */
export function toolFolders(
  progress: (line: string) => void,
  addons: readonly ProductName[] = [],
): Promise<ToolFolders> {
  return productFolders([...new Set([...clusterProductNames, ...addons])], progress);
}

/** As `toolFolders`, with what the add-ons of a stack config need. */
export function stackTools(
  stackFile: string,
  progress: (line: string) => void,
): Promise<ToolFolders> {
  return toolFolders(progress, addonProducts(stackAddons(stackText(stackFile), stackFile)));
}

/** The kubectl of the toolchain. */
export async function kubectlBinary(): Promise<string> {
  return join((await productFolders(["kubernetes"], console.error)).kubernetes, "kubectl");
}

async function productFolders<Name extends ProductName>(
  names: readonly Name[],
  progress: (line: string) => void,
): Promise<Record<Name, string>> {
  try {
    return await toolchain(names, (event) => {
      const line = toolchainLine(event);
      if (line !== undefined) progress(line);
    });
  } catch (error) {
    throw new LabError(error instanceof Error ? error.message : String(error));
  }
}

import { join } from "node:path";
import { type ProductName, productNames } from "../toolchain/products";
import { toolchain } from "../toolchain/toolchain";
import { LabError } from "./lab-error";
import { toolchainLine } from "./progress";
import type { ToolFolders } from "./services";

/** The folders of all products, made where the cache lacks them. */
export function toolFolders(progress: (line: string) => void): Promise<ToolFolders> {
  return folders(productNames, progress);
}

/** The kubectl of the toolchain. */
export async function kubectlBinary(): Promise<string> {
  return join((await folders(["kubernetes"], console.error)).kubernetes, "kubectl");
}

async function folders<Name extends ProductName>(
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

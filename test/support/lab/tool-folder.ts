import type { ProductName } from "../../../toolchain/product-list";
import { succeeded } from "./lab";

/** The folder of a product that the toolchain has, or makes now. */
export async function toolFolder(name: ProductName): Promise<string> {
  const { stdout } = await succeeded("node", ["dist/toolchain.js", name]);
  const folder = new RegExp(`^${name} +(/.*)$`, "m").exec(stdout)?.[1];
  if (folder === undefined) throw new Error(`the toolchain names no folder of ${name}\n${stdout}`);
  return folder;
}

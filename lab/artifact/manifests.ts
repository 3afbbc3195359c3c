import { type ProductName, products } from "../../toolchain/product-list";
import { addonList } from "../addons/addon-list";
import type { LabArtifact } from "./artifact";

/** The manifests whose products are there, at the official address of the lab's version. */
export function manifestArtifacts(
  folders: Readonly<Partial<Record<ProductName, string>>>,
): readonly LabArtifact[] {
  const manifests = addonList.flatMap((addon) => addon.manifests);
  return manifests.flatMap(({ name, version: official, url, product }) => {
    if (product === undefined) return [];
    const folder = folders[product];
    if (folder === undefined) return [];
    const {
      version,
      outputs: [binary = ""],
    } = products[product];
    return [{ name, version, url: url.replaceAll(official, version), folder, binary }];
  });
}

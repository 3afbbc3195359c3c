import { type ProductName, products } from "../../toolchain/product-list";
import type { LabArtifact } from "./artifact";

/** Official address of each manifest that a product stands in for, by its version. */
const addresses: Readonly<Partial<Record<ProductName, (version: string) => string>>> = {
  "cert-manager-manifest": (version) =>
    `https://github.com/cert-manager/cert-manager/releases/download/v${version}/cert-manager.yaml`,
  "gateway-api": (version) =>
    `https://github.com/kubernetes-sigs/gateway-api/releases/download/v${version}/standard-install.yaml`,
  "metallb-native": (version) =>
    `https://raw.githubusercontent.com/metallb/metallb/v${version}/config/manifests/metallb-native.yaml`,
};

/** The manifests among the products that are there. */
export function manifestArtifacts(
  folders: Readonly<Partial<Record<ProductName, string>>>,
): readonly LabArtifact[] {
  return Object.values(products).flatMap(({ name, version, outputs: [output = ""] }) => {
    const product = name as ProductName; // a name of the list
    const [address, folder] = [addresses[product], folders[product]];
    if (address === undefined || folder === undefined) return [];
    return [
      {
        name: name.replace(/-manifest$/, ""),
        version,
        url: address(version),
        folder,
        binary: output,
      },
    ];
  });
}

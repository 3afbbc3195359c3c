import type { Addon } from "./addon";

/** What the lab has to know of add-ons: by the keys that switch them on, what of the catalogue they use. */
export function addonList(addons: readonly Addon[]) {
  return addons.map(({ key, switchedBy, images = {}, manifests = {}, lab }) => ({
    key: key ?? switchedBy ?? "",
    images: Object.entries(images).map(([name, reference]) => {
      const madeOf = lab?.images?.[name];
      return { name, reference, ...(madeOf === undefined ? {} : { madeOf }) };
    }),
    manifests: Object.entries(manifests).map(([name, { version, url }]) => {
      const product = lab?.manifests?.[name];
      return { name, version, url, ...(product === undefined ? {} : { product }) };
    }),
  }));
}

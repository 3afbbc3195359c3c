import { registry } from "../../../addons/registry";
import { addonList } from "../../../addons/shape/addon-list";
import { toYaml } from "../../../components/text/yaml";
import {
  addonList as labList,
  addonProducts,
  type ListedAddon,
  productsOf,
} from "../../../lab/addons/addon-list";
import { manifestArtifacts } from "../../../lab/artifact/manifests";
import { addonRecipes } from "../../../lab/image/addon-images";
import { type ProductName, productNames, products } from "../../../toolchain/product-list";
import { expectGoldenDocument, expectGoldenFile } from "../../support/golden/golden-tree";

const listed = addonList(registry);
/** As the lab reads it, names of products aside. */
type Readable<T> = T extends ProductName
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: Readable<T[Key]> }
    : T;

/** What the toolchain would make, as far as some products go. */
const foldersOf = (names: readonly ProductName[]) =>
  Object.fromEntries(names.map((name) => [name, `/cache/${name}-0123`]));

test("the lab's list of add-ons is made of the add-ons", () => {
  const readable: readonly Readable<ListedAddon>[] = listed;
  expectGoldenDocument("lab/addons/addon-list.json", `${JSON.stringify(readable, null, 2)}\n`);
});

test("every add-on has a key that switches it on, and every product in the list is one of the toolchain's", () => {
  expect(labList.map(({ key }) => key)).not.toContain("");
  const named = labList.flatMap(productsOf);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !productNames.includes(name))).toEqual([]);
});

test.each([
  [[], []],
  [["sampleApp"], ["http-echo"]],
  [["traefik"], ["gateway-api", "traefik"]],
  [
    ["certManager", "unknown"],
    ["cert-manager", "cert-manager-manifest"],
  ],
  [["storageClasses"], ["local-path-provisioner"]],
])("what the add-ons %j are made of is made", (keys, names) => {
  expect(addonProducts(keys)).toEqual(names);
});

test("images of add-ons are like the official ones, with the lab's versions", () => {
  const recipes = addonRecipes(foldersOf(productNames));
  const images = recipes.map(({ fill: _, key: __, ...image }) => image);
  expectGoldenFile("lab/addon-images.yaml", toYaml(images));
});

test("a cluster without add-ons has images of its network and its name service", () => {
  const recipes = addonRecipes(foldersOf(["flanneld", "coredns", "pause"]));
  expect(recipes.map(({ name }) => name)).toEqual(["flannel", "coredns"]);
});

test("an image is another one when what it is made of is", () => {
  const folders = foldersOf(["prometheus", "prometheus-web", "coredns", "flanneld"]);
  const keys = (changed: object) =>
    addonRecipes({ ...folders, ...changed }).map(({ name, key }) => [name, key]);
  const changed = (product: string) => {
    const before = keys({});
    return keys({ [product]: "/cache/other" })
      .filter(([, key], index) => key !== before[index]?.[1])
      .map(([name]) => name);
  };
  expect(changed("prometheus")).toEqual(["prometheus"]);
  expect(changed("prometheus-web")).toEqual(["prometheus"]);
  expect(changed("coredns")).toEqual(["coredns"]);
  expect(changed("flanneld")).toEqual(["flannel"]);
});

test("manifests of add-ons are at the official addresses of the lab's versions", () => {
  const { version } = products["cert-manager-manifest"];
  const artifacts = manifestArtifacts(foldersOf(["cert-manager-manifest", "metallb-native"]));
  expect(artifacts).toEqual([
    {
      name: "cert-manager",
      version,
      url: `https://github.com/cert-manager/cert-manager/releases/download/v${version}/cert-manager.yaml`,
      folder: "/cache/cert-manager-manifest-0123",
      binary: "cert-manager.yaml",
    },
    expect.objectContaining({ name: "metallb-native", binary: "metallb-native.yaml" }),
  ]);
});

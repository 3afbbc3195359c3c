import { cp, mkdir, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ClusterProductName, type ProductName, products } from "../toolchain/products";
import { distrolessUser, type ImageRecipe } from "./image/images";
import { busyboxBinary } from "./packages";

export type AddonProductName = Exclude<ProductName, ClusterProductName>;

/** What an add-on's images are made from, by its key below `addons` of a stack config. */
const productsOf: Readonly<Record<string, readonly AddonProductName[]>> = {
  metallb: ["metallb", "metallb-native"],
  metricsServer: ["metrics-server"],
  monitoring: ["prometheus", "alertmanager", "node-exporter", "kube-state-metrics"],
  storageClasses: ["local-path-provisioner"],
};

/** The products of the add-ons that a stack config names. */
export function addonProducts(addons: readonly string[]): readonly AddonProductName[] {
  return [...new Set(addons.flatMap((name) => productsOf[name] ?? []))];
}

/** The images of the add-ons whose products are there. */
export function addonRecipes(
  folders: Readonly<Partial<Record<AddonProductName, string>>>,
): readonly ImageRecipe[] {
  const provisioner = folders["local-path-provisioner"];
  const metrics = folders["metrics-server"];
  return [
    ...(provisioner === undefined ? [] : [localPathProvisioner(provisioner), busybox()]),
    ...(metrics === undefined ? [] : [metricsServer(metrics)]),
    ...(folders.metallb === undefined ? [] : metallb(folders.metallb)),
    ...monitoringImages.flatMap(({ name, ...image }) => {
      const folder = folders[name];
      return folder === undefined ? [] : [binaryImage(name, folder, image)];
    }),
  ];
}

/** The user `nobody`, as which the official images of Prometheus' projects run. */
const nobody = "65534:65534";

const monitoringImages = [
  { name: "prometheus", repository: "quay.io/prometheus/prometheus", path: "bin/prometheus" },
  { name: "alertmanager", repository: "quay.io/prometheus/alertmanager", path: "bin/alertmanager" },
  {
    name: "node-exporter",
    repository: "quay.io/prometheus/node-exporter",
    path: "bin/node_exporter",
  },
  {
    name: "kube-state-metrics",
    repository: "registry.k8s.io/kube-state-metrics/kube-state-metrics",
    path: "kube-state-metrics",
  },
] as const;

/** An image of one static binary, at the path where the official one has it. */
function binaryImage(
  name: (typeof monitoringImages)[number]["name"],
  folder: string,
  { repository, path }: { readonly repository: string; readonly path: string },
): ImageRecipe {
  return {
    name,
    reference: `${repository}:v${products[name].version}`,
    entrypoint: [`/${path}`],
    user: nobody,
    key: basename(folder),
    fill: async (tree) => {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await cp(join(folder, name), join(tree, path));
    },
  };
}

function localPathProvisioner(folder: string): ImageRecipe {
  const name = "local-path-provisioner";
  return {
    name,
    reference: `docker.io/rancher/${name}:v${products[name].version}`,
    entrypoint: [name],
    key: basename(folder),
    fill: async (tree) => {
      await mkdir(join(tree, "usr/bin"), { recursive: true });
      await cp(join(folder, name), join(tree, "usr/bin", name));
    },
  };
}

function metricsServer(folder: string): ImageRecipe {
  const name = "metrics-server";
  return {
    name,
    reference: `registry.k8s.io/metrics-server/${name}:v${products[name].version}`,
    entrypoint: [`/${name}`],
    user: distrolessUser,
    key: basename(folder),
    fill: (tree) => cp(join(folder, name), join(tree, name)),
  };
}

function metallb(folder: string): readonly ImageRecipe[] {
  return ["controller", "speaker"].map((name) => ({
    name: `metallb-${name}`,
    reference: `quay.io/metallb/${name}:v${products.metallb.version}`,
    entrypoint: [`/${name}`],
    key: basename(folder),
    fill: (tree) => cp(join(folder, name), join(tree, name)),
  }));
}

/** Debian's static busybox with the commands that the helper pods call. */
function busybox(): ImageRecipe {
  const commands = ["sh", "mkdir", "rm", "cat", "chmod", "ls", "sleep", "true"];
  return {
    name: "busybox",
    reference: "docker.io/library/busybox:1.37.0",
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

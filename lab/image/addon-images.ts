import { cp, mkdir, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ClusterProductName, type ProductName, products } from "../../toolchain/product-list";
import { distrolessUser, type ImageRecipe } from "./images";
import { busyboxBinary } from "../machine/packages";

export type AddonProductName = Exclude<ProductName, ClusterProductName>;

/** What an add-on's images are made from, by its key below `addons` of a stack config. */
const productsOf: Readonly<Record<string, readonly AddonProductName[]>> = {
  certManager: ["cert-manager", "cert-manager-manifest"],
  metallb: ["metallb", "metallb-native"],
  metricsServer: ["metrics-server"],
  monitoring: [
    "prometheus",
    "prometheus-web",
    "alertmanager",
    "node-exporter",
    "kube-state-metrics",
  ],
  sampleApp: ["http-echo"],
  storageClasses: ["local-path-provisioner"],
  traefik: ["traefik", "gateway-api"],
};

/** The products of the add-ons that a stack config names. */
export function addonProducts(addons: readonly string[]): readonly AddonProductName[] {
  return [...new Set(addons.flatMap((name) => productsOf[name] ?? []))];
}

/** One static binary, at the path where the official image has it. */
interface BinaryImage {
  readonly product: AddonProductName;
  /** The binary, where the product has several. */
  readonly binary?: string;
  /** Official name, to which the product's version is added. */
  readonly repository: string;
  /** Prefix of official tags; default: `v`. */
  readonly tagPrefix?: "";
  /** Default: the binary at the root. */
  readonly path?: string;
  readonly user?: string;
  /** Another product's output that the binary looks for in the folder in which it starts. */
  readonly beside?: {
    readonly product: AddonProductName;
    readonly output: string;
    readonly folder: string;
    readonly path: string;
  };
}

/** The user of cert-manager's official images. */
const certManagerUser = "1000";

/** The user `nobody`, as which the official images of Prometheus' projects run. */
const nobody = "65534:65534";

const binaryImages: readonly BinaryImage[] = [
  {
    product: "metrics-server",
    repository: "registry.k8s.io/metrics-server/metrics-server",
    user: distrolessUser,
  },
  {
    product: "local-path-provisioner",
    repository: "docker.io/rancher/local-path-provisioner",
    path: "usr/bin/local-path-provisioner",
  },
  { product: "traefik", repository: "docker.io/library/traefik" },
  {
    product: "http-echo",
    repository: "docker.io/hashicorp/http-echo",
    tagPrefix: "",
    user: distrolessUser,
  },
  { product: "metallb", binary: "controller", repository: "quay.io/metallb/controller" },
  { product: "metallb", binary: "speaker", repository: "quay.io/metallb/speaker" },
  ...["controller", "webhook", "cainjector", "acmesolver"].map((binary): BinaryImage => ({
    product: "cert-manager",
    binary,
    repository: `quay.io/jetstack/cert-manager-${binary}`,
    path: `app/cmd/${binary}/${binary}`,
    user: certManagerUser,
  })),
  {
    product: "prometheus",
    binary: "prometheus",
    repository: "quay.io/prometheus/prometheus",
    path: "bin/prometheus",
    user: nobody,
    // a binary without them looks below a folder of this name, wherever that is
    beside: {
      product: "prometheus-web",
      output: "static",
      folder: "usr/share/prometheus",
      path: "web/ui/static",
    },
  },
  {
    product: "alertmanager",
    repository: "quay.io/prometheus/alertmanager",
    path: "bin/alertmanager",
    user: nobody,
  },
  {
    product: "node-exporter",
    repository: "quay.io/prometheus/node-exporter",
    path: "bin/node_exporter",
    user: nobody,
  },
  {
    product: "kube-state-metrics",
    repository: "registry.k8s.io/kube-state-metrics/kube-state-metrics",
    user: nobody,
  },
];

type Folders = Readonly<Partial<Record<AddonProductName, string>>>;

/** The images of the add-ons whose products are there. */
export function addonRecipes(folders: Folders): readonly ImageRecipe[] {
  const recipes = binaryImages.flatMap((image) => {
    const { product, beside } = image;
    const folder = folders[product];
    if (folder === undefined) return [];
    const recipe = binaryRecipe(image, folder);
    if (beside === undefined) return [recipe];
    const files = folders[beside.product];
    return [files === undefined ? recipe : withFiles(recipe, beside, files)];
  });
  return folders["local-path-provisioner"] === undefined ? recipes : [...recipes, busybox()];
}

function binaryRecipe(image: BinaryImage, folder: string): ImageRecipe {
  const { product, binary, repository, tagPrefix = "v", user } = image;
  const file = binary ?? product;
  const path = image.path ?? file;
  return {
    name: binary === undefined || binary === product ? product : `${product}-${binary}`,
    reference: `${repository}:${tagPrefix}${products[product].version}`,
    entrypoint: [`/${path}`],
    ...(user === undefined ? {} : { user }),
    key: basename(folder),
    fill: async (tree) => {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await cp(join(folder, file), join(tree, path));
    },
  };
}

/** The image started in a folder that has the files which it looks for there. */
function withFiles(
  recipe: ImageRecipe,
  { output, folder, path }: NonNullable<BinaryImage["beside"]>,
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

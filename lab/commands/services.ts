import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../toolchain/product";
import { type ClusterProductName, type ProductName, products } from "../../toolchain/product-list";
import { cacheFolder } from "../../process/user-folders";
import { addonRecipes } from "../image/addon-images";
import { manifestArtifacts } from "../artifact/manifests";
import { productArtifacts } from "../artifact/artifact";
import { artifactFile } from "../artifact/artifact-files";
import { artifactPort } from "../artifact/artifact-server";
import { labCatalogue } from "../artifact/catalogue";
import {
  daemonDir,
  daemonRuns,
  endDaemon,
  logTail,
  startDaemon,
  startOwnDaemon,
} from "../machine/daemon";
import { registryReference } from "../image/image";
import { imageLayout, pauseRecipe, smokeRecipe } from "../image/images";
import { registryAddress, registryConfig } from "../image/registry";
import { LabError } from "../machine/lab-error";
import { gateway } from "../machine/network";
import { catalogueFile } from "../machine/paths";
import { pause, run } from "../machine/process";

/** Folders of the toolchain's products: those of every cluster, and those of add-ons in use. */
export type ToolFolders = Readonly<Record<ClusterProductName, string>> &
  Readonly<Partial<Record<ProductName, string>>>;

/** Address of the artifact server. */
const artifactAddress = `${gateway}:${artifactPort}`;

const artifactProducts = [
  "kubernetes",
  "etcd",
  "containerd",
  "runc",
  "cni-plugins",
  "flannel-cni",
  "crictl",
] as const satisfies readonly ProductName[];

/** This machine's architecture in the spelling of releases. */
function machineArch(): Arch {
  return process.arch === "arm64" ? "arm64" : "amd64";
}

/** Serves binaries and images to the hosts, and writes the catalogue of both. */
export async function serveHosts(folders: ToolFolders): Promise<void> {
  const arch = machineArch();
  const artifacts = artifactProducts.flatMap((name) =>
    productArtifacts(products[name], folders[name], arch),
  );
  const catalogued = [pauseRecipe(folders.pause), ...addonRecipes(folders)];
  await startRegistry(folders.registry);
  await startArtifactServer();
  const [summed, manifests] = await Promise.all([
    Promise.all(artifacts.map(artifactFile)),
    Promise.all(manifestArtifacts(folders).map(artifactFile)),
    ...[...catalogued, smokeRecipe()].map(async (recipe) => {
      const layout = await imageLayout(recipe, arch);
      const target = registryReference(recipe.reference, registryAddress);
      await run(join(folders.crane, "crane"), ["push", "--insecure", layout, target]);
    }),
  ]);
  const references = Object.fromEntries(catalogued.map(({ name, reference }) => [name, reference]));
  const catalogue = labCatalogue(summed, references, manifests, arch);
  writeFileSync(catalogueFile, JSON.stringify(catalogue, undefined, 2) + "\n");
}

async function startRegistry(folder: string): Promise<void> {
  if (!daemonRuns("registry")) {
    await endDaemon("registry", 0);
    mkdirSync(daemonDir("registry"), { recursive: true });
    const config = join(daemonDir("registry"), "config.yaml");
    writeFileSync(config, registryConfig(join(cacheFolder(), "lab", "registry")));
    writeFileSync(join(daemonDir("registry"), "address"), `http://${registryAddress}\n`);
    startDaemon("registry", join(folder, "registry"), ["serve", config]);
  }
  await waitForAnswer("registry", `http://${registryAddress}/v2/`);
}

async function startArtifactServer(): Promise<void> {
  if (!daemonRuns("artifacts")) {
    await endDaemon("artifacts", 0);
    startOwnDaemon("artifacts", ["serve-artifacts"]);
    writeFileSync(join(daemonDir("artifacts"), "address"), `http://${artifactAddress}\n`);
  }
  await waitForAnswer("artifacts", `http://${artifactAddress}/`);
}

async function waitForAnswer(name: string, url: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered && daemonRuns(name)) return;
    if (!daemonRuns(name) || Date.now() > deadline) {
      throw new LabError(`${name} does not answer at ${url}: ${logTail(name)}`);
    }
    await pause(50);
  }
}

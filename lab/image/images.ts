import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Arch } from "../../toolchain/product";
import { cacheFolder } from "../../process/user-folders";
import { LabError } from "../machine/lab-error";
import { hasCommand } from "../machine/packages";
import { repository } from "../machine/repository";
import { run } from "../machine/process";
import { type LabImage, layerTarArguments, ociLayout } from "./image";

/** An image with what fills its layer; `key` changes with the content. */
export interface ImageRecipe extends LabImage {
  readonly key: string;
  readonly fill: (tree: string) => Promise<void>;
}

/** Reference of the image that the smoke check runs. */
export const smokeImage = "docker.io/plinth-lab/smoke:1";

/** The image that holds the namespaces of every pod. */
export function pauseRecipe(folder: string): ImageRecipe {
  return {
    name: "pause",
    reference: "registry.k8s.io/pause:3.10.1",
    entrypoint: ["/pause"],
    user: "65535:65535",
    key: basename(folder),
    fill: (tree) => cp(join(folder, "pause"), join(tree, "pause")),
  };
}

/** Makes an image's OCI layout unless the cache has it; returns its folder. */
export async function imageLayout(recipe: ImageRecipe, arch: Arch): Promise<string> {
  const { name, reference, entrypoint, user, directory, key } = recipe;
  const inputs = JSON.stringify([reference, entrypoint, user, directory, key, arch]);
  const hash = createHash("sha256").update(inputs).digest("hex").slice(0, 12);
  const layout = join(cacheFolder(), "lab", "images", `${name}-${hash}`);
  if (existsSync(layout)) return layout;
  await mkdir(dirname(layout), { recursive: true });
  const making = await mkdtemp(join(dirname(layout), "making-"));
  try {
    const tree = join(making, "tree");
    const made = join(making, "layout");
    const layerFile = join(making, "layer.tar");
    await mkdir(tree);
    await recipe.fill(tree);
    await run("tar", layerTarArguments(tree, layerFile));
    const layer = { sha256: await fileSum(layerFile), size: (await stat(layerFile)).size };
    await mkdir(join(made, "blobs/sha256"), { recursive: true });
    await rename(layerFile, join(made, "blobs/sha256", layer.sha256));
    for (const [path, content] of Object.entries(ociLayout(recipe, layer, arch))) {
      await writeFile(join(made, path), content);
    }
    await rename(made, layout).catch((error: unknown) => {
      if (!existsSync(layout)) throw error; // another run was faster
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return layout;
}

/** The image that the smoke check runs. */
export function smokeRecipe(): ImageRecipe {
  const source = join(repository(), "lab/image/smoke");
  const files = ["main.go", "go.mod"].map((file) => readFileSync(join(source, file), "utf8"));
  return {
    name: "smoke",
    reference: smokeImage,
    entrypoint: ["/smoke"],
    user: "65532:65532",
    key: createHash("sha256").update(files.join("\n")).digest("hex"),
    fill: async (tree) => {
      if (!hasCommand("go")) throw new LabError("go not found, expected it for the smoke image");
      const flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
      const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "" };
      await run("go", ["build", ...flags, "-o", join(tree, "smoke"), "."], { cwd: source, env });
    },
  };
}

async function fileSum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

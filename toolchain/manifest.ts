import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { moduleFolder } from "./module-folder";
import type { ManifestRecipe, Product } from "./product";

/** Makes a product's only output, in `target`, of the YAML files in a folder of its pinned module. */
export async function makeManifest(
  product: Product,
  { module, folder, prefix }: ManifestRecipe,
  target: string,
  { go, cwd }: { readonly go: string; readonly cwd: string },
): Promise<void> {
  const files = join(await moduleFolder(`${module}@v${product.version}`, go, cwd), folder);
  const names = (await readdir(files)).filter(
    (name) => name.startsWith(prefix) && name.endsWith(".yaml"),
  );
  const texts = await Promise.all(names.sort().map((name) => readFile(join(files, name), "utf8")));
  // one file alone is upstream's to the letter
  const [only, ...more] = texts;
  const manifest =
    only !== undefined && more.length === 0
      ? only
      : texts.map((text) => `---\n${text.trimEnd()}\n`).join("");
  for (const output of product.outputs) await writeFile(join(target, output), manifest);
}

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { moduleFolder } from "./module-folder";
import type { ChartRecipe, Product } from "./product";

/** Far more than any manifest has. */
const maxBuffer = 64 * 1024 * 1024;

/**
 * Makes a product's only output, in `target`, of the chart in its pinned module as upstream's release
 * does: with the release's version and, where the module keeps them elsewhere, the definitions. Helm is
 * the tool that the go.mod of `cwd` names.
 */
export async function renderChart(
  product: Product,
  recipe: ChartRecipe,
  target: string,
  { go, cwd }: { readonly go: string; readonly cwd: string },
): Promise<void> {
  const { module, release, kubernetesVersion, values } = recipe;
  const source = await moduleFolder(`${module}@v${product.version}`, go, cwd);
  const chart = join(target, "chart");
  await copyFolder(join(source, recipe.folder), chart);
  const templates = join(chart, "templates");
  if (!(await readdir(templates)).some((name) => name.startsWith("crd"))) {
    await copyFolder(join(source, recipe.definitions), templates);
  }
  await writeVersion(chart, `v${product.version}`);
  const { stdout } = await promisify(execFile)(
    go,
    [
      ...["tool", "helm", "template", release, chart, "--namespace", release],
      ...["--kube-version", kubernetesVersion],
      ...values.flatMap((value) => ["--set", value]),
    ],
    { cwd, maxBuffer, env: { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off" } },
  );
  await rm(chart, { recursive: true });
  const own = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${release}\n---\n`;
  for (const output of product.outputs) await writeFile(join(target, output), own + stdout);
}

/** Copies a folder without its modes: modules can't be written to. */
async function copyFolder(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && each.name !== "README.md")) {
    const path = join(entry.parentPath, entry.name);
    const copy = join(to, path.slice(from.length));
    await mkdir(dirname(copy), { recursive: true });
    await writeFile(copy, await readFile(path));
  }
}

/** Writes the version into the chart's description, which may be a template of it. */
async function writeVersion(chart: string, version: string): Promise<void> {
  const names = (await readdir(chart)).filter((name) => /^Chart(\.template)?\.yaml$/.test(name));
  for (const name of names) {
    const text = await readFile(join(chart, name), "utf8");
    const dated = text.replaceAll(/^(version|appVersion): .*$/gm, `$1: ${version}`);
    await writeFile(join(chart, name.replace(".template", "")), dated);
  }
}

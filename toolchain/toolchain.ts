import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../process/lock";
import { build, fetchModules, goVersion } from "./build";
import { fillFolder, isComplete, folderHashes, cacheKey } from "./cache";
import type { Source } from "./cache";
import { download, reachability, Unreachable } from "./download";
import type { Product } from "./product";
import { products as known } from "./product-list";
import type { ProductName } from "./product-list";
import { buildEnvironment } from "./build-environment";
import type { BuildEnvironment } from "./build-environment";

/** What happens to one product; long states are reported again every few seconds. */
export interface ToolchainEvent {
  readonly product: string;
  readonly version: string;
  /** Position among the products asked for, from 1. */
  readonly index: number;
  readonly total: number;
  readonly state: "cached" | "waiting" | "downloading" | "building" | "done" | "failed";
  readonly elapsedSeconds: number;
  readonly source?: Source;
  readonly detail?: string;
}

/** Receives each step of a run. */
export type ToolchainProgress = (event: ToolchainEvent) => void;

const heartbeatMilliseconds = 10_000;

/**
 * The folder of each product's binaries, downloaded and checked where its official release can be
 * reached, built from its pinned module otherwise, at once where an earlier run has made it.
 */
export async function toolchain<Name extends ProductName>(
  names: readonly Name[],
  progress: ToolchainProgress,
): Promise<Record<Name, string>> {
  const wanted = names.map((name) => known[name]);
  const folders = await productFolders(wanted, progress, buildEnvironment());
  return Object.fromEntries(names.map((name, at) => [name, folders[at]])) as Record<Name, string>; // fromEntries forgets the keys
}

interface Run {
  readonly at: BuildEnvironment;
  readonly version: string | undefined;
  readonly reachable: (url: string) => Promise<boolean>;
}

/** As `toolchain`, for any products in any surroundings; the folders in the products' order. */
export async function productFolders(
  products: readonly Product[],
  progress: ToolchainProgress,
  at: BuildEnvironment,
): Promise<string[]> {
  await mkdir(at.cache, { recursive: true });
  const run = { at, version: await goVersion(at.go), reachable: reachability(at.mirror) };
  const folders: string[] = [];
  const ahead = new AbortController();
  let prefetch: Promise<void> | undefined;
  try {
    for (const [index, product] of products.entries()) {
      const started = Date.now();
      const report: Report = (state, more) =>
        progress({
          product: product.name,
          version: product.version,
          index: index + 1,
          total: products.length,
          state,
          elapsedSeconds: Math.round((Date.now() - started) / 100) / 10,
          ...more,
        });
      const building = () =>
        (prefetch ??= fetchModulesAhead(products.slice(index + 1), run, ahead.signal));
      try {
        folders.push(await folderOf(product, run, report, building));
      } catch (error) {
        report("failed");
        throw error;
      }
    }
  } finally {
    ahead.abort();
    await prefetch;
  }
  return folders;
}

type Report = (
  state: ToolchainEvent["state"],
  more?: Pick<ToolchainEvent, "source" | "detail">,
) => void;

/** Fetches the modules of products still to be built while the first of them compiles. */
async function fetchModulesAhead(products: readonly Product[], run: Run, signal: AbortSignal) {
  for (const product of products) {
    if (signal.aborted) return;
    const folder = await folderFor(product, "build", run);
    if (folder === undefined || isComplete(folder, product)) continue;
    await fetchModules(product, run.at);
  }
}

/** The folder that a product from this source has, or `undefined` where it can't come from there. */
async function folderFor(product: Product, source: Source, run: Run): Promise<string | undefined> {
  const { arch, cache, mode, modules } = run.at;
  if (mode !== "auto" && mode !== source && !(mode === "download" && !product.release)) {
    return undefined;
  }
  if (source === "download") {
    if (!product.release) return undefined;
    const { version, files } = product.release;
    return join(cache, `${product.name}-${version}-${cacheKey(source, arch, files(arch))}`);
  }
  if (product.recipe.kind !== "c" && run.version === undefined) return undefined;
  const hashes = await folderHashes(join(modules, product.folder));
  const compiler = product.recipe.kind === "go" ? run.version : undefined;
  const inputs = cacheKey(source, arch, product.recipe, hashes, compiler);
  return join(cache, `${product.name}-${product.version}-${inputs}`);
}

async function folderOf(
  product: Product,
  run: Run,
  report: Report,
  building: () => Promise<void>,
): Promise<string> {
  const downloaded = await folderFor(product, "download", run);
  const built = await folderFor(product, "build", run);
  const ready = () => [downloaded, built].find((folder) => folder && isComplete(folder, product));
  const lock = join(run.at.cache, `.${product.name}.lock`);
  const early = ready();
  if (early !== undefined) {
    report("cached");
    return early;
  }
  return withLock(
    lock,
    () => report("waiting", { detail: "another run works on it" }),
    async () => {
      const meanwhile = ready();
      if (meanwhile !== undefined) {
        report("cached");
        return meanwhile;
      }
      if (downloaded !== undefined && (await fetchRelease(product, downloaded, run, report))) {
        return downloaded;
      }
      if (built === undefined) throw noSourceError(product, run);
      void building();
      await compileProduct(product, built, run, report);
      return built;
    },
  );
}

function noSourceError(product: Product, run: Run): Error {
  const place = `${product.name} ${product.version}`;
  if (run.at.mode === "download") {
    return new Error(`${place}: its release can't be reached, and PLINTH_TOOLCHAIN=download`);
  }
  return new Error(
    `${place}: can't be built, \`${run.at.go} env GOVERSION\` fails, expected Go on PATH`,
  );
}

/** Whether the release could be fetched; a wrong checksum is an error, never a reason to build. */
async function fetchRelease(
  product: Product,
  folder: string,
  run: Run,
  report: Report,
): Promise<boolean> {
  const { release } = product;
  const first = release?.files(run.at.arch)[0];
  if (release === undefined || first === undefined) return false;
  if (run.at.mode === "auto" && !(await run.reachable(first.url))) return false;
  try {
    await withHeartbeat(
      report,
      "downloading",
      () => undefined,
      () =>
        fillFolder(folder, product, "download", (target) =>
          download(release, run.at.arch, target, run.at.mirror),
        ),
    );
  } catch (error) {
    if (!(error instanceof Unreachable) || run.at.mode === "download") throw error;
    report("building", { detail: `no release: ${error.message}` });
    return false;
  }
  report("done", { source: "download" });
  return true;
}

async function compileProduct(product: Product, folder: string, run: Run, report: Report) {
  let packages = 0;
  const log = join(run.at.cache, "logs", `${product.name}-${product.version}.log`);
  const options = { ...run.at, log, compiled: (count: number) => (packages = count) };
  const detail = () => (packages > 0 ? `${packages} packages compiled` : undefined);
  await withHeartbeat(report, "building", detail, () =>
    fillFolder(folder, product, "build", (target) => build(product, target, options)),
  );
  report("done", { source: "build" });
}

/** Reports a state now and every few seconds until the work ends. */
async function withHeartbeat(
  report: Report,
  state: "downloading" | "building",
  detail: () => string | undefined,
  work: () => Promise<void>,
) {
  const beat = () => {
    const text = detail();
    report(state, text === undefined ? {} : { detail: text });
  };
  beat();
  const timer = setInterval(beat, heartbeatMilliseconds);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

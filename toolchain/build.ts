import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { renderChart } from "./chart";
import { makeManifest } from "./manifest";
import { moduleFolder } from "./module-folder";
import type { GoRecipe, Product } from "./product";

/** What a build reports while it runs. */
export interface BuildOptions {
  /** The Go command; a test puts its own in place. */
  readonly go: string;
  /** Folder of the product folders. */
  readonly modules: string;
  /** File that receives all that the compiler says. */
  readonly log: string;
  /** Called with the number of packages compiled so far. */
  readonly compiled: (packages: number) => void;
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Makes the product's binaries in `target` out of its folder. */
export async function build(product: Product, target: string, options: BuildOptions) {
  const { recipe } = product;
  const cwd = join(options.modules, product.folder);
  await packagesPresent(product);
  await mkdir(dirname(options.log), { recursive: true });
  if (recipe.kind === "manifest") return makeManifest(product, recipe, target, { ...options, cwd });
  if (recipe.kind === "chart") return renderChart(product, recipe, target, { ...options, cwd });
  if (recipe.kind === "c") {
    const output = join(target, product.name);
    await logged(
      product,
      { program: "gcc", args: [...recipe.flags, "-o", output, recipe.source], cwd, env: {} },
      options,
    );
    return;
  }
  if (recipe.kind === "script") {
    const module = await moduleFolder(`${recipe.module}@v${product.version}`, options.go, cwd);
    const args = [recipe.script, module, target];
    await logged(product, { program: "bash", args, cwd, env: {} }, options);
    return;
  }
  await logged(
    product,
    goCommand(recipe, ["build", "-v", ...goFlags(recipe)], target, cwd, options.go),
    options,
  );
  for (const [from, to] of Object.entries(recipe.rename)) {
    await rename(join(target, from), join(target, to));
  }
}

/**
 * Downloads the modules that the build of a product needs and no others, ahead of it, so that the
 * network works while the compiler does. Failing is left to the build, which says why.
 */
export async function fetchedModules(
  product: Product,
  options: Pick<BuildOptions, "go" | "modules">,
) {
  const { recipe } = product;
  if (recipe.kind !== "go") return;
  const tags = `-tags=${recipe.tags.join(",")}`;
  const child = spawn(
    options.go,
    ["list", "-deps", "-mod=readonly", "-f", "{{if false}}{{end}}", tags, recipe.target],
    {
      cwd: join(options.modules, product.folder),
      env: { ...process.env, ...goEnvironment(recipe) },
      stdio: "ignore",
    },
  );
  await new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
}

/** Version of the Go on this machine, as `go1.26.8`, or `undefined` where there is none. */
export async function goVersion(go: string): Promise<string | undefined> {
  const child = spawn(go, ["env", "GOVERSION"], {
    env: { ...process.env, GOTOOLCHAIN: "local" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.on("data", (part: Buffer) => (text += part.toString()));
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => resolve(code === 0 ? text.trim() : undefined));
  });
}

/** The flags of every Go build: nothing of this machine gets into the binary. */
export function goFlags(recipe: GoRecipe): string[] {
  return [
    "-trimpath",
    "-mod=readonly",
    "-buildvcs=false",
    ...(recipe.tags.length > 0 ? [`-tags=${recipe.tags.join(",")}`] : []),
    `-ldflags=${recipe.ldflags.join(" ")}`,
  ];
}

function goEnvironment(recipe: GoRecipe): Record<string, string> {
  return { GOTOOLCHAIN: "local", CGO_ENABLED: recipe.cgo ? "1" : "0", GOFLAGS: "", GOWORK: "off" };
}

function goCommand(
  recipe: GoRecipe,
  flags: readonly string[],
  target: string,
  cwd: string,
  go: string,
): Command {
  const args = [...flags, "-o", `${target}/`, recipe.target];
  return { program: go, args, cwd, env: goEnvironment(recipe) };
}

/** Runs a compiler; its failure carries the last lines it said and the place of all of them. */
async function logged(product: Product, command: Command, options: BuildOptions) {
  const log = createWriteStream(options.log);
  log.write(`$ ${command.program} ${command.args.join(" ")}\n`);
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let packages = 0;
  const last: string[] = [];
  const line = (text: string) => {
    log.write(`${text}\n`);
    // `go build -v` names each package that it compiles, one a line
    if (product.recipe.kind === "go" && /^[\w.~/-]+$/.test(text)) {
      options.compiled(++packages);
      return;
    }
    if (last.push(text) > 20) last.shift();
  };
  createInterface(child.stdout).on("line", line);
  createInterface(child.stderr).on("line", line);
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  await new Promise<void>((resolve) => log.end(() => resolve()));
  if (code === 0) return;
  const said = last.map((text) => `  ${text}`).join("\n");
  throw new Error(
    `${product.name} ${product.version}: ${command.program} ended with ${code}, expected 0; its last words:\n` +
      `${said}\nall of them: ${options.log}`,
  );
}

/** Installs the Debian packages that a build needs where they are missing and we may. */
async function packagesPresent(product: Product) {
  if (product.packages.length === 0) return;
  // dpkg's own list, because asking it costs a process per build; elsewhere the compiler will tell
  const status = await readFile("/var/lib/dpkg/status", "utf8").catch(() => undefined);
  if (status === undefined) return;
  const missing = product.packages.filter((name) => !installed(status, name));
  if (missing.length === 0) return;
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...missing];
  const failed = `${product.name} ${product.version}: building it needs the Debian packages ${missing.join(", ")}`;
  if (process.getuid?.() !== 0) throw new Error(`${failed}: run \`sudo ${install.join(" ")}\``);
  const code = await new Promise<number>((resolve) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const shell = `apt-get update -q && ${install.join(" ")}`;
    const child = spawn("sh", ["-c", shell], { env, stdio: "ignore" });
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
  if (code !== 0) throw new Error(`${failed}, and \`${install.join(" ")}\` failed`);
}

function installed(status: string, name: string): boolean {
  return status
    .split("\n\n")
    .some(
      (entry) =>
        entry.startsWith(`Package: ${name}\n`) &&
        entry.includes("\nStatus: install ok installed\n"),
    );
}

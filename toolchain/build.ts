import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCommand } from "../process/command";
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
  /** File that receives all output of the compiler. */
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
  await installMissingPackages(product);
  await mkdir(dirname(options.log), { recursive: true });
  if (recipe.kind === "manifest") return makeManifest(product, recipe, target, { ...options, cwd });
  if (recipe.kind === "chart") return renderChart(product, recipe, target, { ...options, cwd });
  if (recipe.kind === "c") {
    const output = join(target, product.name);
    await runLogged(
      product,
      { program: "gcc", args: [...recipe.flags, "-o", output, recipe.source], cwd, env: {} },
      options,
    );
    return;
  }
  if (recipe.kind === "script") {
    const module = await moduleFolder(`${recipe.module}@v${product.version}`, options.go, cwd);
    const args = [recipe.script, module, target];
    await runLogged(product, { program: "bash", args, cwd, env: {} }, options);
    return;
  }
  await runLogged(
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
 * network works while the compiler does. A failure is left to the build, which reports it.
 */
export async function fetchModules(
  product: Product,
  options: Pick<BuildOptions, "go" | "modules">,
) {
  const { recipe } = product;
  if (recipe.kind !== "go") return;
  const tags = `-tags=${recipe.tags.join(",")}`;
  const format = ["-f", "{{if false}}{{end}}"];
  const list = ["list", "-deps", "-mod=readonly", ...format, tags, recipe.target];
  await runCommand(options.go, list, {
    cwd: join(options.modules, product.folder),
    env: { ...process.env, ...goEnvironment(recipe) },
  }).catch(() => undefined);
}

/** Version of the Go on this machine, as `go1.26.8`, or `undefined` where there is none. */
export async function goVersion(go: string): Promise<string | undefined> {
  const env = { ...process.env, GOTOOLCHAIN: "local" };
  const asked = await runCommand(go, ["env", "GOVERSION"], { env }).catch(() => undefined);
  return asked?.status === 0 ? asked.stdout.trim() : undefined;
}

/** The flags of every Go build: nothing of this machine gets into the binary. */
function goFlags(recipe: GoRecipe): string[] {
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

/** Runs a compiler; its failure carries the end of its output and the place of all of it. */
async function runLogged(product: Product, command: Command, options: BuildOptions) {
  const log = createWriteStream(options.log);
  log.write(`$ ${command.program} ${command.args.join(" ")}\n`);
  let packages = 0;
  const last: string[] = [];
  const lines = lineReader((line) => {
    log.write(`${line}\n`);
    // `go build -v` names each package that it compiles, one a line
    if (product.recipe.kind === "go" && /^[\w.~/-]+$/.test(line)) {
      options.compiled(++packages);
      return;
    }
    if (last.push(line) > 20) last.shift();
  });
  const { program, args, cwd } = command;
  const env = { ...process.env, ...command.env };
  const ended = await runCommand(program, args, { cwd, env, heard: lines.heard })
    .then(({ status }) => status ?? "a signal")
    .catch((error: unknown) => (error as Error).message);
  lines.end();
  await new Promise<void>((resolve) => log.end(() => resolve()));
  if (ended === 0) return;
  const end = last.map((text) => `  ${text}`).join("\n");
  throw new Error(
    `${product.name} ${product.version}: ${program} ended with ${ended}, expected 0; its last output:\n` +
      `${end}\nthe whole log: ${options.log}`,
  );
}

/** Cuts what a command writes into lines, those of each stream for themselves. */
function lineReader(read: (line: string) => void) {
  const rest = { stdout: "", stderr: "" };
  return {
    heard: (text: string, stream: "stdout" | "stderr") => {
      const lines = (rest[stream] + text).split("\n");
      rest[stream] = lines.pop() ?? "";
      lines.forEach(read);
    },
    end: () => Object.values(rest).filter(Boolean).forEach(read),
  };
}

/** Installs the Debian packages that a build needs where they are missing and we may. */
async function installMissingPackages(product: Product) {
  if (product.packages.length === 0) return;
  // dpkg's own list, because asking it costs a process per build; elsewhere the compiler reports it
  const status = await readFile("/var/lib/dpkg/status", "utf8").catch(() => undefined);
  if (status === undefined) return;
  const missing = product.packages.filter((name) => !isInstalled(status, name));
  if (missing.length === 0) return;
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...missing];
  const failed = `${product.name} ${product.version}: building it needs the Debian packages ${missing.join(", ")}`;
  if (process.getuid?.() !== 0) throw new Error(`${failed}: run \`sudo ${install.join(" ")}\``);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const shell = `apt-get update -q && ${install.join(" ")}`;
  const result = await runCommand("sh", ["-c", shell], { env });
  if (result.status !== 0) throw new Error(`${failed}, and \`${install.join(" ")}\` failed`);
}

function isInstalled(status: string, name: string): boolean {
  return status
    .split("\n\n")
    .some(
      (entry) =>
        entry.startsWith(`Package: ${name}\n`) &&
        entry.includes("\nStatus: install ok installed\n"),
    );
}

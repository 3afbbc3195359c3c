import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeBinary } from "./plugins";
import { stateDir } from "../machine/paths";
import { repository } from "../machine/repository";
import { runAttached, run } from "../machine/process";

const directory = join(stateDir, "pulumi");
const backend = join(directory, "state");
const passphraseFile = join(directory, "passphrase");
const binDirectory = join(directory, "bin");

/** The lab's Pulumi home, for plugins. */
export const pulumiHome = join(directory, "home");

/** Folders of the tools that a run of the program needs. */
export interface PulumiTools {
  readonly pulumi: string;
  readonly "pulumi-language-nodejs": string;
}

/** The stack that a pulumi command line names, `dev` when it names none. */
export function stackArgument(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === "--stack" || arg === "-s");
  const joined = args.find((arg) => arg.startsWith("--stack="));
  return (at === -1 ? joined?.slice("--stack=".length) : args[at + 1]) ?? "dev";
}

/** The stack config that a pulumi command line names, by default the stack's own in the repository. */
export function configFileArgument(args: readonly string[]): string {
  const at = args.indexOf("--config-file");
  const named = at === -1 ? undefined : args[at + 1];
  return named ?? join(repository(), `Pulumi.${stackArgument(args)}.yaml`);
}

/** The command line without `--config-file`: pulumi reads the copy that its environment names. */
function withoutConfigFile(args: readonly string[]): readonly string[] {
  const at = args.indexOf("--config-file");
  return at === -1 ? args : args.toSpliced(at, 2);
}

/**
 * The environment of the lab's own Pulumi: nothing of it touches the user's. Runs read a copy of the
 * stack config, because pulumi writes the salt of its secrets into the file that it reads.
 */
export function pulumiEnvironment(
  inherited: NodeJS.ProcessEnv,
  configFile: string | undefined,
): NodeJS.ProcessEnv {
  return {
    ...inherited,
    PULUMI_HOME: pulumiHome,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    // pulumi remembers a selected stack by folder, but all clones share the lab
    PULUMI_STACK: stackArgument([]),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(configFile !== undefined && { PULUMI_OPTION_CONFIG_FILE: configFile }),
    PATH: `${binDirectory}:${inherited.PATH ?? ""}`,
  };
}

/** Runs pulumi in the lab's environment on the user's terminal; returns its exit code. */
export function pulumi(args: readonly string[]): Promise<number> {
  return runAttached(join(binDirectory, "pulumi"), withoutConfigFile(args), runOptions(args));
}

/** Runs the program's own command line in the lab's environment, as {@link pulumi}. */
export function plinth(args: readonly string[]): Promise<number> {
  const command = [join(repository(), "dist/plinth.js"), ...withoutConfigFile(args)];
  return runAttached(process.execPath, command, runOptions(args));
}

/** What pulumi prints in the lab's environment. */
export function pulumiOutput(args: readonly string[]): Promise<string> {
  return run(join(binDirectory, "pulumi"), withoutConfigFile(args), runOptions(args));
}

function runOptions(args: readonly string[]) {
  // `pulumi config` is for the user's own file
  const configFile = args[0] === "config" ? undefined : configCopy(args);
  return { env: pulumiEnvironment(process.env, configFile), cwd: repository() };
}

function configCopy(args: readonly string[]): string | undefined {
  const original = configFileArgument(args);
  if (!existsSync(original)) return undefined;
  const copy = join(directory, `Pulumi.${stackArgument(args)}.yaml`);
  copyFileSync(original, copy);
  return copy;
}

/** Makes backend, passphrase and stack where they are missing. */
export async function prepareStack(tools: PulumiTools, stack: string): Promise<void> {
  for (const path of [pulumiHome, backend, binDirectory]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  // pulumi takes the language host that lies beside itself without a warning
  placeBinary(join(tools.pulumi, "pulumi"), join(binDirectory, "pulumi"));
  const host = "pulumi-language-nodejs";
  placeBinary(join(tools[host], host), join(binDirectory, host));
  if (!existsSync(passphraseFile)) {
    writeFileSync(passphraseFile, randomBytes(32).toString("base64url"), { mode: 0o600 });
  }
  if (!existsSync(join(backend, ".pulumi/stacks/plinth", `${stack}.json`))) {
    await initStack(stack);
  }
}

/**
 * Drops a stack's state, lock and history, whatever it still has: what `pulumi cancel` and `stack rm --force`
 * do together, in a moment. https://www.pulumi.com/docs/iac/concepts/state-and-backends/#using-a-self-managed-backend
 */
export function forgetStack(stack: string): void {
  const folder = join(backend, ".pulumi");
  const stacks = ["json", "json.bak", "json.attrs"].map((kind) => `stacks/plinth/${stack}.${kind}`);
  const folders = [
    `locks/organization/plinth/${stack}`,
    `backups/plinth/${stack}`,
    `history/plinth/${stack}`,
  ];
  for (const path of [...stacks, ...folders]) {
    rmSync(join(folder, path), { recursive: true, force: true });
  }
}

async function initStack(stack: string): Promise<void> {
  // `stack init` has no --config-file: it writes beside the project file of the folder it runs in
  const scratch = mkdtempSync(join(directory, "init-"));
  copyFileSync(join(repository(), "Pulumi.yaml"), join(scratch, "Pulumi.yaml"));
  await pulumiOutput(["stack", "init", stack, "--no-select", "--cwd", scratch]);
  rmSync(scratch, { recursive: true, force: true });
}

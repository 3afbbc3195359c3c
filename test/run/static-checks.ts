import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { command, type CommandResult } from "./command";
import { sum, type Outcome } from "./outcome";
import type { Say } from "./rows";

interface Check {
  readonly name: string;
  readonly run: () => Promise<CommandResult>;
}

/** The checks that need no test code, one test each; two run at a time, the long ones first. */
export async function staticChecks(say: Say): Promise<Outcome> {
  const waiting: Check[] = [
    { name: "eslint", run: () => node("eslint", "--max-warnings", "0", ".") },
    { name: "tsc", run: () => node("tsc", "--noEmit") },
    { name: "prettier", run: () => node("prettier", "--log-level", "warn", "--check", ".") },
    { name: "knip", run: () => node("knip") },
    { name: "shellcheck", run: shellcheck },
    ...goChecks(),
  ];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      outcomes.push(reportedOutcome(check.name, await check.run(), say));
    }
  };
  await Promise.all([worker(), worker()]);
  return sum(outcomes);
}

function reportedOutcome(
  name: string,
  { status, output, seconds }: CommandResult,
  say: Say,
): Outcome {
  say(`  ${status === 0 ? "✓" : "✗"} ${name} (${seconds.toFixed(1)} s)\n`);
  if (status !== 0) say(`${output.trim().replace(/^/gm, "    ")}\n`);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function node(tool: string, ...args: string[]): Promise<CommandResult> {
  return command(join("node_modules", ".bin", tool), args);
}

async function shellcheck(): Promise<CommandResult> {
  if ((await command("shellcheck", ["--version"])).status !== 0) {
    const installed = await installedPackage("shellcheck");
    if (installed.status !== 0) return installed;
  }
  return command("shellcheck", ["--", ...shellScripts(".")]);
}

/** Installs a package of Debian and its kin; only root can. */
async function installedPackage(name: string): Promise<CommandResult> {
  const install = () => command("apt-get", ["install", "-y", "--no-install-recommends", name]);
  const result = await install();
  if (result.status === 0) return result;
  await command("apt-get", ["update"]);
  const again = await install();
  return { ...again, output: `${name} is missing and could not be installed:\n${again.output}` };
}

/** Files that end in .sh or begin with a shell's shebang, below a folder. */
function shellScripts(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "dist", ".git"].includes(entry.name) ? [] : shellScripts(path);
    }
    if (!entry.isFile() || (entry.name.includes(".") && !entry.name.endsWith(".sh"))) return [];
    return entry.name.endsWith(".sh") || hasShebang(path) ? [path] : [];
  });
}

function hasShebang(path: string): boolean {
  return /^#!.*\b(ba|da)?sh\b/.test(readFileSync(path, "utf8").slice(0, 80));
}

/** gofmt writes the names of files that it would change, and ends well all the same. */
function goChecks(): readonly Check[] {
  const cwd = join("toolchain", "products", "plugins");
  if (!existsSync(cwd)) return [];
  const gofmt = async () => {
    const result = await command("gofmt", ["-l", "."], { cwd });
    return result.status === 0 && result.output !== "" ? { ...result, status: 1 } : result;
  };
  return [
    { name: "gofmt", run: gofmt },
    { name: "go vet", run: () => command("go", ["vet", "./..."], { cwd }) },
  ];
}

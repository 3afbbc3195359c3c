import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command";
import { couldNotRun, type Outcome } from "./outcome";
import type { Say } from "./rows";

/** The part of jest's report that is read: https://jestjs.io/docs/cli#--json */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that could not be loaded; their tests are in no other number. */
  readonly numRuntimeErrorTestSuites: number;
}

/** Tests of projects of jest.config.js, all of them or those whose path matches a pattern. */
export async function jestTests(
  name: string,
  projects: readonly string[],
  say: Say,
  pattern?: string,
): Promise<Outcome> {
  const folder = join("dist", "test-reports");
  const file = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const args = ["--selectProjects", ...projects, "--json", "--outputFile", file];
  if (pattern !== undefined) args.push("--testPathPatterns", pattern);
  const { status } = await command("bash", ["-c", quiet, "jest", ...args], {
    heard: say,
    ...(process.stdout.isTTY && { environment: { FORCE_COLOR: "1" } }),
  });
  if (!existsSync(file)) return couldNotRun(`jest ended with status ${status} and no report`, say);
  const report = JSON.parse(readFileSync(file, "utf8")) as JestReport; // written by jest just now
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) say(`  ! ${skipped} skipped, counted as neither passed nor failed\n`);
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  if (report.numPassedTests + failed === 0) return couldNotRun(`${name}: no tests`, say);
  // jest also fails for what is no test, such as an open handle or a failed set-up
  return { passed: report.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
}

// with --json jest writes the report to stdout as well, and what people read to stderr
const quiet = 'node_modules/.bin/jest "$@" 2>&1 >/dev/null';

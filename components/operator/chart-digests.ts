import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { chartSource } from "../config/model/charts-config";
import type { ClusterConfig } from "../config/model/cluster-config";
import { configError, wrongValue } from "../config/problems/config-problem";

/**
 * Digests of the charts that lie on the operator's machine, by name of the release. Throws one error
 * that names every path without a chart.
 */
export function chartDigests(
  { charts }: Pick<ClusterConfig, "charts">,
  file: string,
): Readonly<Record<string, string>> {
  const local = Object.entries(charts).filter(([, { chart }]) => chartSource(chart) === "path");
  const problems = local
    .filter(([, { chart }]) => !holdsChart(chart))
    .map(([name, { chart }]) => {
      const expected = "the path of a packed chart or of a folder with a Chart.yaml";
      return wrongValue(["charts", name, "chart"], chart, expected);
    });
  if (problems.length > 0) throw configError(file, problems);
  return Object.fromEntries(local.map(([name, { chart }]) => [name, digestOf(chart)]));
}

function holdsChart(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.isDirectory() ? existsSync(join(path, "Chart.yaml")) : found.isFile();
}

/** Of the files' names and contents, whatever their dates. */
function digestOf(path: string): string {
  const hash = createHash("sha256");
  for (const file of filesOf(path)) {
    const content = readFileSync(join(path, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [""];
  const all = readdirSync(path, { recursive: true, encoding: "utf8" });
  return all.filter((file) => statSync(join(path, file)).isFile()).sort();
}

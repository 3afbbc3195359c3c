import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Addons } from "../../../../components/config/model/addon-definition";
import {
  type ConfigProblem,
  configError,
  wrongValue,
} from "../../../../components/config/problems/config-problem";
import { jsonErrorPlace } from "../../../../components/text/json-error-place";

/** A dashboard of the user's, as it lies on the operator's machine. */
interface DashboardFile {
  readonly path: string;
  /** What it is called in the cluster: of its path below what the config says. */
  readonly name: string;
  readonly text: string;
  /** Its content; undefined where it is no JSON. */
  readonly model: unknown;
  /** Where the config names it, or the folder that it is in. */
  readonly place: readonly PropertyKey[];
}

/** All that the API server takes of a ConfigMap. */
const maxBytes = 1024 ** 2;

/**
 * The texts of the dashboards that the stack config names, by the names they have in the cluster.
 * Throws one error with every file that Grafana could not show; reads none where Grafana is off.
 */
export function dashboardFiles(
  { monitoring }: Addons,
  file: string,
): Readonly<Record<string, string>> {
  const { enabled, grafana } = monitoring;
  if (!enabled || !grafana.enabled) return {};
  const found = grafana.dashboards.map((path, index) =>
    filesAt(path, ["addons", "monitoring", "grafana", "dashboards", index]),
  );
  const files = found.flatMap((each) => ("problem" in each ? [] : each));
  const problems = [
    ...found.flatMap((each) => ("problem" in each ? [each.problem] : [])),
    ...files.flatMap(fileProblems),
    ...duplicateProblems(files, ({ name }) => name, "a file name of its own"),
    ...duplicateProblems(files, uidOf, "a uid of its own"),
  ];
  if (problems.length > 0) throw configError(file, problems);
  return Object.fromEntries(files.map(({ name, text }) => [name, text]));
}

function filesAt(
  path: string,
  place: readonly PropertyKey[],
): readonly DashboardFile[] | { readonly problem: ConfigProblem } {
  const found = statSync(path, { throwIfNoEntry: false });
  const names = found?.isDirectory() ? jsonFilesBelow(path) : found?.isFile() ? [""] : [];
  if (names.length === 0) {
    const expected = "the path of a dashboard's JSON file or of a folder with some";
    return { problem: wrongValue(place, path, expected) };
  }
  return names.map((name) => {
    const whole = join(path, name);
    const text = readFileSync(whole, "utf8");
    const model = content(text);
    return { path: whole, name: objectName(name || basename(path)), text, model, place };
  });
}

function jsonFilesBelow(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = all.filter((file) => file.endsWith(".json"));
  return files.filter((file) => statSync(join(folder, file)).isFile()).sort();
}

/** A file's name as the API server takes it. */
function objectName(file: string): string {
  const name = file.replace(/\.json$/, "").toLowerCase();
  return name.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

function content(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with a file by itself: the first thing, as the rest may follow from it. */
function fileProblems(file: DashboardFile): readonly ConfigProblem[] {
  const { path, name, text, model } = file;
  const mistake = model === undefined ? jsonErrorPlace(text) : undefined;
  if (mistake !== undefined) {
    const { line, column, got, reason } = mistake;
    return [problem(file, `${path}:${line}:${column}: got ${got}, expected JSON: ${reason}`)];
  }
  if (!isDashboard(model)) {
    return [
      problem(file, `${path}: got ${kindOf(model)}, expected a dashboard: an object with a title`),
    ];
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    const expected = `at most ${maxBytes}, all that a ConfigMap takes`;
    return [problem(file, `${path}: got ${bytes} bytes, expected ${expected}`)];
  }
  if (!/^[a-z0-9]/.test(name) || name.length > 200) {
    return [problem(file, `${path}: got this file name, expected one to 200 letters and digits`)];
  }
  const { uid } = model;
  if (uid === undefined || uid === null || uid === "") return [];
  if (typeof uid !== "string" || !/^[\w-]{1,40}$/.test(uid)) {
    const expected = "at most 40 letters, digits, dashes and underscores";
    return [problem(file, `${path}: got uid ${JSON.stringify(uid)}, expected ${expected}`)];
  }
  if (!uid.startsWith("plinth-")) return [];
  return [problem(file, `${path}: got uid ${uid}, expected one that does not begin with plinth-`)];
}

function problem({ place }: DashboardFile, text: string): ConfigProblem {
  return { path: place, text };
}

function isDashboard(model: unknown): model is Readonly<Record<string, unknown>> {
  return isObject(model) && typeof model.title === "string" && model.title !== "";
}

function isObject(model: unknown): model is Readonly<Record<string, unknown>> {
  return typeof model === "object" && model !== null && !Array.isArray(model);
}

function kindOf(model: unknown): string {
  if (isObject(model)) return "an object without a title";
  if (model === undefined) return "no JSON";
  return Array.isArray(model) ? "a list" : JSON.stringify(model);
}

function uidOf({ model }: DashboardFile): string | undefined {
  return isObject(model) && typeof model.uid === "string" && model.uid !== ""
    ? model.uid
    : undefined;
}

/** Files that share with an earlier one what each must have for itself. */
function duplicateProblems(
  files: readonly DashboardFile[],
  value: (file: DashboardFile) => string | undefined,
  expected: string,
): readonly ConfigProblem[] {
  return files.flatMap((file, index) => {
    const got = value(file);
    if (got === undefined) return [];
    const other = files.slice(0, index).find((earlier) => value(earlier) === got);
    if (other === undefined) return [];
    return [problem(file, `${file.path}: got ${got} as ${other.path} has, expected ${expected}`)];
  });
}

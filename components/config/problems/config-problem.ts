/** Something wrong in a stack config: where, and what was got and expected. */
export interface ConfigProblem {
  readonly path: readonly PropertyKey[];
  /** Completes `<file>: <place>: `. */
  readonly text: string;
}

/** The stack config key that holds the whole configuration. */
export const configKey = "plinth:cluster";

/** A problem with the value at a path, such as `hosts.cp1.address`. */
export function wrongValue(
  path: readonly PropertyKey[],
  got: unknown,
  expected: string,
): ConfigProblem {
  const text = got === undefined ? "missing" : `got ${valueText(got)}`;
  return { path, text: `${text}, expected ${expected}` };
}

/** One error with every problem of a file, each on a line of its own with its place below `root`. */
export function configError(
  file: string,
  problems: readonly ConfigProblem[],
  root: string = configKey,
): Error {
  const lines = problems.map(({ path, text }) => `${file}: ${place(path, root)}: ${text}`);
  const head = lines.length === 1 ? [] : [`${lines.length} problems in ${file}`];
  return new Error([...head, ...lines].join("\n"));
}

/** A path as users read it: `plinth:cluster.hosts.cp1.roles[0]`. */
export function place(path: readonly PropertyKey[], root: string = configKey): string {
  const text = root + path.map(step).join("");
  return text.replace(/^\./, "") || "the whole file";
}

function step(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** A value as it stands in the config, shortened to one line. */
function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

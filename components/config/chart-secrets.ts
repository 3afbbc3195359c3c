import { z } from "zod";

import type { ChartValues } from "./model/charts-config";
import type { ClusterConfig } from "./model/cluster-config";
import { configError, type ConfigProblem } from "./problems/config-problem";
import { nearMiss } from "../../text/near-miss";

/** What of a chart is secret. */
export interface ChartSecrets {
  /** Of `username` towards a private repository. */
  readonly password?: string;
  /** Values that win over those of the chart's config. */
  readonly values: ChartValues;
}

/** The stack config key of the charts' secrets. */
const chartSecretsKey = "plinth:chartSecrets";

const schema = z.record(
  z.string(),
  z.strictObject({
    password: z.string().min(1).exactOptional(),
    values: z.record(z.string(), z.unknown()).default({}),
  }),
);

/**
 * The value of `plinth:chartSecrets`, by name of the release. Throws one error with every problem,
 * in which no value is shown.
 */
export function chartSecrets(
  raw: unknown,
  { charts }: Pick<ClusterConfig, "charts">,
  file: string,
): Readonly<Record<string, ChartSecrets>> {
  const parsed = schema.safeParse(raw ?? {});
  const secrets = parsed.data ?? {};
  const problems = [
    ...(parsed.error?.issues ?? []).map(shapeProblem),
    ...Object.keys(secrets).flatMap((name) => strangerProblems(name, Object.keys(charts))),
    ...(parsed.success ? passwordProblems(charts, secrets) : []),
  ];
  if (problems.length > 0) throw configError(file, problems, chartSecretsKey);
  return secrets;
}

function shapeProblem({ code, path, ...issue }: z.core.$ZodIssue): ConfigProblem {
  if (code === "unrecognized_keys") {
    const keys = "keys" in issue ? String(issue.keys) : "";
    return { path, text: `unknown key ${keys}, expected password or values` };
  }
  const key = path.at(-1);
  const expected = key === "password" ? "text" : "a map of keys";
  return { path, text: `got something else, which is secret, expected ${expected}` };
}

function strangerProblems(name: string, known: readonly string[]): readonly ConfigProblem[] {
  if (known.includes(name)) return [];
  const near = nearMiss(name, known);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return [{ path: [name], text: `no chart has this name, expected one of charts${hint}` }];
}

function passwordProblems(
  charts: ClusterConfig["charts"],
  secrets: Readonly<Record<string, { readonly password?: string | undefined }>>,
): readonly ConfigProblem[] {
  return Object.entries(charts).flatMap(([name, { username }]) => {
    const password = secrets[name]?.password;
    if ((username === undefined) === (password === undefined)) return [];
    const text =
      username === undefined
        ? `got a password, expected a username in charts.${name} beside it`
        : `missing, expected the password of ${username}, set with \`pulumi config set --secret --path\``;
    return [{ path: [name, "password"], text }];
  });
}

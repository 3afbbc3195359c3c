import { chartSource, type ChartSource } from "../model/charts-config";
import { type ConfigProblem, wrongValue } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";

type ChartInput = ClusterInput["charts"][string];
type Key = keyof ChartInput;

/** What belongs to a chart from a source, and what does not. */
const keysOf: Readonly<Record<ChartSource, { needed: readonly Key[]; senseless: readonly Key[] }>> =
  {
    repository: { needed: ["repository", "version"], senseless: [] },
    registry: { needed: ["version"], senseless: ["repository"] },
    path: { needed: [], senseless: ["repository", "version", "username", "caFile"] },
  };

const origins: Readonly<Record<ChartSource, string>> = {
  repository: "is a name",
  registry: "is an OCI address",
  path: "is a path",
};

const expected: Readonly<Partial<Record<Key, string>>> = {
  repository: "an http:// or https:// address",
  version: "one exact version, such as 1.2.3",
};

/** Charts whose keys do not fit where they come from. */
export function chartProblems({ charts }: ClusterInput): readonly ConfigProblem[] {
  return Object.entries(charts).flatMap(([name, chart]) => [
    ...sourceProblems(name, chart),
    ...passwordProblems(name, chart),
  ]);
}

function sourceProblems(name: string, chart: ChartInput): readonly ConfigProblem[] {
  const source = chartSource(chart.chart);
  const because = `${chart.chart} ${origins[source]}`;
  const { needed, senseless } = keysOf[source];
  return [
    ...needed
      .filter((key) => chart[key] === undefined)
      .map((key) => at(name, key, undefined, `${expected[key] ?? ""}, because ${because}`)),
    ...senseless
      .filter((key) => chart[key] !== undefined)
      .map((key) => at(name, key, chart[key], `nothing, because ${because}`)),
  ];
}

/** A password must not go over the network in the clear, nor stand in this file. */
function passwordProblems(name: string, chart: ChartInput): readonly ConfigProblem[] {
  const { repository, username, caFile } = chart;
  if (repository === undefined) return [];
  const url = new URL(repository);
  if (url.username !== "" || url.password !== "") {
    const path = ["charts", name, "repository"];
    return [{ path, text: "got an address with a user in it, expected the user in username" }];
  }
  if (url.protocol === "https:") return [];
  return Object.entries({ username, caFile })
    .filter(([, value]) => value !== undefined)
    .map(([key]) =>
      at(name, "repository", repository, `an https:// address, because ${key} is set`),
    );
}

function at(name: string, key: Key, got: unknown, text: string): ConfigProblem {
  return wrongValue(["charts", name, key], got, text);
}

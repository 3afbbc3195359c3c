/** A chart of the stack config, every default filled in. */
export interface ChartConfig {
  /** Name in `repository`, `oci://` address, or path; paths are relative to the project. */
  readonly chart: string;
  /** Address of a repository with an index. */
  readonly repository?: string;
  /** Exact; absent for a path. */
  readonly version?: string;
  /** Equals the release's name unless set. */
  readonly namespace: string;
  /** Without the secret ones. */
  readonly values: ChartValues;
  readonly username?: string;
  readonly caFile?: string;
  readonly timeoutSeconds: number;
  readonly atomic: boolean;
}

/** Values as a values.yaml has them: maps, lists, texts, numbers and so on. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** Where a chart comes from. */
export type ChartSource = "repository" | "registry" | "path";

/** What the form of `chart` says about its source. */
export function chartSource(chart: string): ChartSource {
  if (chart.startsWith("oci://")) return "registry";
  return /^\.{0,2}\//.test(chart) ? "path" : "repository";
}

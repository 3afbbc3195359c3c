import type { ClusterInput } from "../schema/cluster-schema";
import type { DeepReadonly } from "./deep-readonly";

/** A chart of the stack config, every default filled in; its values are without the secret ones. */
export interface ChartConfig extends DeepReadonly<ClusterInput["charts"][string]> {
  /** Equals the release's name unless set. */
  readonly namespace: string;
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

import { type ConfigProblem, wrongValue } from "../../../components/config/problems/config-problem";
import type { ClusterInput } from "../../../components/config/schema/cluster-schema";

/** More than one default class: Kubernetes would take the youngest. */
export function storageProblems({ addons }: ClusterInput): readonly ConfigProblem[] {
  const defaults = Object.entries(addons.storageClasses)
    .filter(([, storageClass]) => storageClass.default)
    .map(([name]) => name)
    .sort();
  return defaults.slice(1).map((name) => {
    const path = ["addons", "storageClasses", name, "default"];
    return wrongValue(path, true, `one default class, and ${String(defaults[0])} is it`);
  });
}

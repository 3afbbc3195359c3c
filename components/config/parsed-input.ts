import { supportedMinors } from "./model/kubernetes-releases";
import { type ConfigProblem } from "./problems/config-problem";
import { isRecord, schemaProblems, valueAt } from "./problems/schema-problems";
import type { AddonSchema } from "./schema/addons-schema";
import { clusterSchema, type ClusterInput } from "./schema/cluster-schema";

/** What could be read of a stack config. */
export interface ParsedInput {
  /** Everything that fits the schema; absent when too much is missing to go on. */
  readonly input?: ClusterInput;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads a raw stack config by the schema alone. Values that do not fit are reported and left out,
 * so that rules across several values can still be checked on the rest of it in the same run.
 */
export function parsedInput(raw: unknown, addons: readonly AddonSchema[]): ParsedInput {
  const schema = clusterSchema(addons);
  const first = schema.safeParse(raw);
  if (first.success) return { input: first.data, problems: [] };
  const problems = schemaProblems(schema, raw, first.error.issues);
  const rest = structuredClone(raw);
  let issues = first.error.issues;
  while (issues.length > 0) {
    const removed = issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => isRemoved(rest, [...issue.path, key])).every(Boolean)
        : isRemoved(rest, issue.path),
    );
    if (!removed.every(Boolean)) return { problems };
    const again = schema.safeParse(rest);
    if (again.success) return { input: again.data, problems };
    issues = again.error.issues;
  }
  return { problems };
}

/** Stand in for required keys that are missing or wrong; no rule that reads them runs then. */
const standIns: Readonly<Record<string, unknown>> = {
  name: "unnamed",
  kubernetesVersion: `${supportedMinors[0] ?? ""}.0`,
  hosts: {},
};

/** Removes the value at a path from its parent, or the parent itself where it lacks the value. */
function isRemoved(raw: unknown, path: readonly PropertyKey[]): boolean {
  const key = path.at(-1);
  if (key === undefined) return false;
  const parent = valueAt(raw, path.slice(0, -1));
  if (!isRecord(parent)) return path.length > 1;
  const standIn = path.length === 1 ? standIns[String(key)] : undefined;
  if (standIn !== undefined) return Reflect.set(parent, key, standIn);
  if (Array.isArray(parent) || !(String(key) in parent)) return isRemoved(raw, path.slice(0, -1));
  return Reflect.deleteProperty(parent, String(key));
}

/** Which properties of a layer differ, by property path. */
import { isObject, withoutSecrets, type Json, type JsonObject } from "../json";

export type Change = "add" | "delete" | "update" | "replace";

/** Whose values say how a host is reached or how changes take turns, never what is on the host. */
const ignored = new Set(["host", "rollout"]);

/** Another value of these is another thing, not a change of this one. */
const identity = ["cluster", "layer", "host.name"];

/** Changes by property path, such as `files["/etc/motd"].content`. */
export function layerDiff(olds: JsonObject, news: JsonObject): Map<string, Change> {
  const changes = new Map<string, Change>();
  const [old, wanted] = [withoutSecrets(olds) as JsonObject, withoutSecrets(news) as JsonObject];
  for (const path of identity) {
    const [before, after] = [valueAt(old, path), valueAt(wanted, path)];
    if (before !== undefined && before !== after) changes.set(path, "replace");
  }
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    if (ignored.has(key) || identity.includes(key)) continue;
    compare(old[key], wanted[key], propertyPath("", key), changes);
  }
  return changes;
}

function valueAt(value: Json, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

function compare(
  old: Json | undefined,
  wanted: Json | undefined,
  path: string,
  changes: Map<string, Change>,
): void {
  if (old === undefined) changes.set(path, "add");
  else if (wanted === undefined) changes.set(path, "delete");
  else if (Array.isArray(old) && Array.isArray(wanted)) compareLists(old, wanted, path, changes);
  else if (isObject(old) && isObject(wanted)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)]))
      compare(old[key], wanted[key], propertyPath(path, key), changes);
  } else if (old !== wanted) changes.set(path, "update");
}

function compareLists(
  old: readonly Json[],
  wanted: readonly Json[],
  path: string,
  changes: Map<string, Change>,
): void {
  for (let index = 0; index < Math.max(old.length, wanted.length); index++)
    compare(old[index], wanted[index], `${path}[${index}]`, changes);
}

function propertyPath(parent: string, key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return parent ? `${parent}.${key}` : key;
  return `${parent}["${key.replace(/["\\]/g, "\\$&")}"]`;
}

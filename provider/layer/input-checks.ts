/** Validation and normal form of a layer's inputs. */
import { z } from "zod";
import {
  mapInside,
  isObject,
  mapValues,
  withoutSecrets,
  unknownValue,
  type Json,
  type JsonObject,
} from "../json";
import { layerSchema } from "./input-schema";
import { kinds } from "./item-kinds";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The inputs with absent maps and lists empty, and modes and owners in the form a host shows. */
export function normalInputs(news: JsonObject): JsonObject {
  const inputs: JsonObject = { ...news };
  for (const [kind, { form }] of kinds) {
    inputs[kind] ??= form === "list" ? [] : {};
    if (form === "map")
      inputs[kind] = mapInside(inputs[kind], (map) =>
        isObject(map) ? mapValues(map, normalItem) : map,
      );
  }
  inputs.unitOrder ??= [];
  const units = withoutSecrets(inputs.units ?? {});
  const order = withoutSecrets(inputs.unitOrder);
  if (isObject(units) && Array.isArray(order) && order.length === 0)
    inputs.unitOrder = Object.keys(units);
  return inputs;
}

function normalItem(item: Json): Json {
  return mapInside(item, (value) => {
    if (!isObject(value)) return value;
    const { mode, owner } = value;
    const normal = { ...value };
    if (typeof mode === "string" && /^[0-7]{3,5}$/.test(mode))
      normal.mode = mode.replace(/^0+(?=[0-7]{3})/, "").padStart(4, "0");
    if (typeof owner === "string" && owner !== unknownValue && !owner.includes(":"))
      normal.owner = `${owner}:${owner}`;
    return normal;
  });
}

/** Everything that is wrong with (normal) inputs; what is still unknown is not judged. */
export function inputFailures(inputs: JsonObject): Failure[] {
  const values = withoutSecrets(inputs);
  const parsed = layerSchema.safeParse(values);
  const issues = parsed.success ? [] : parsed.error.issues;
  const known = issues.filter((issue) => valueAt(values, issue.path) !== unknownValue);
  return known.length > 0 ? known.map(failure) : referenceFailures(values as JsonObject);
}

function valueAt(values: Json, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : at),
    values,
  );
}

function failure(issue: z.core.$ZodIssue): Failure {
  const nested = issue.code === "invalid_key" ? issue.issues[0] : undefined;
  const property = issue.path
    .map((key) =>
      /^[A-Za-z_]\w*$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`,
    )
    .join("");
  return { property: property.replace(/^\./, ""), reason: nested?.message ?? issue.message };
}

/** Names that point to nothing within the layer. */
function referenceFailures(values: JsonObject): Failure[] {
  const map = (key: string): JsonObject => (isObject(values[key]) ? values[key] : {});
  const units = map("units");
  const paths = new Set(["files", "binaries", "links"].flatMap((key) => Object.keys(map(key))));
  const failures: Failure[] = [];
  for (const [name, unit] of Object.entries(units)) {
    if (!isObject(unit)) continue;
    for (const list of ["restartOn", "reloadOn"])
      for (const path of listOf(unit[list]))
        if (path !== unknownValue && !paths.has(path))
          failures.push({
            property: `units["${name}"].${list}`,
            reason: `names ${path}, which is no file, binary or link of this layer`,
          });
    const { content, enabled } = unit;
    if (
      enabled === true &&
      typeof content === "string" &&
      content !== unknownValue &&
      !/^\[Install\]/m.test(content)
    )
      failures.push({
        property: `units["${name}"].enabled`,
        reason: "is true, but the unit has no [Install] section",
      });
  }
  return [...failures, ...orderFailures(values, Object.keys(units)), ...claimedTwice(map)];
}

function orderFailures(values: JsonObject, names: readonly string[]): Failure[] {
  const order = listOf(values.unitOrder);
  const property = "unitOrder";
  const failures = order
    .filter((name) => name !== unknownValue && !names.includes(name))
    .map((name) => ({ property, reason: `names ${name}, which is no unit of this layer` }));
  const missing = names.filter((name) => order.filter((other) => other === name).length !== 1);
  if (missing.length > 0 && !order.includes(unknownValue))
    failures.push({
      property,
      reason: `must name every unit exactly once, check ${missing.join(", ")}`,
    });
  const checks = Array.isArray(values.ready) ? values.ready : [];
  for (const check of checks)
    if (
      isObject(check) &&
      check.kind === "unit" &&
      typeof check.unit === "string" &&
      check.unit !== unknownValue &&
      !names.includes(check.unit)
    )
      failures.push({
        property: "ready",
        reason: `waits for ${check.unit}, which is no unit of this layer`,
      });
  return failures;
}

/** Paths that two kinds of items claim. */
function claimedTwice(map: (key: string) => JsonObject): Failure[] {
  const kinds = ["directories", "files", "links", "binaries"];
  const claims = kinds.flatMap((kind) => Object.keys(map(kind)).map((path) => ({ kind, path })));
  return claims.flatMap(({ kind, path }, index) => {
    const other = claims.slice(0, index).find((claim) => claim.path === path);
    return other
      ? [{ property: `${kind}["${path}"]`, reason: `is listed under ${other.kind}, too` }]
      : [];
  });
}

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

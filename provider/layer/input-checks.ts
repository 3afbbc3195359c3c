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
  for (const [kind, { form }] of kinds)
    inputs[kind] = mapInside(inputs[kind] ?? (form === "list" ? [] : {}), (items) =>
      isObject(items) ? mapValues(items, normalItem) : items,
    );
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
    if (typeof mode === "string" && /^0?[0-7]{3,4}$/.test(mode))
      normal.mode = mode.slice(-4).padStart(4, "0");
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
  // what has an issue below it is an object or a list
  return path.reduce<unknown>((at, key) => Reflect.get(at as object, key), values);
}

function failure(issue: z.core.$ZodIssue): Failure {
  const nested = issue.code === "invalid_key" ? issue.issues[0] : undefined;
  const property = issue.path
    .map((key) =>
      /^[A-Za-z_]\w*$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`,
    )
    .join("");
  return { property: property.slice(1), reason: nested?.message ?? issue.message };
}

/** Names that point to nothing within the layer. */
function referenceFailures(values: JsonObject): Failure[] {
  const map = (kind: string): JsonObject => (isObject(values[kind]) ? values[kind] : {});
  /** Names of items; undefined while nobody knows which there are. */
  const keys = (...kinds: readonly string[]): string[] | undefined =>
    kinds.some((kind) => values[kind] === unknownValue)
      ? undefined
      : kinds.flatMap((kind) => Object.keys(map(kind)));
  const paths = keys("files", "binaries", "links");
  const names = keys("units");
  const ready = listOf(values.ready).flatMap((check) => (isObject(check) ? [check.unit] : []));
  return [
    ...Object.entries(map("units")).flatMap(([name, unit]) =>
      isObject(unit) ? unitFailures(`units["${name}"]`, unit, paths) : [],
    ),
    ...strangers(listOf(values.unitOrder), names).map((name) => ({
      property: "unitOrder",
      reason: `names ${name}, which is no unit of this layer`,
    })),
    ...orderFailures(listOf(values.unitOrder), Object.keys(map("units"))),
    ...strangers(ready, names).map((name) => ({
      property: "ready",
      reason: `waits for ${name}, which is no unit of this layer`,
    })),
    ...claimedTwice(map),
  ];
}

/** Texts that are known not to be among the given ones. */
function strangers(
  texts: readonly (Json | undefined)[],
  known: readonly string[] | undefined,
): string[] {
  return texts
    .filter((text) => typeof text === "string")
    .filter((text) => text !== unknownValue && known?.includes(text) === false);
}

function unitFailures(
  place: string,
  unit: JsonObject,
  paths: readonly string[] | undefined,
): Failure[] {
  const { content, enabled } = unit;
  const strange = ["restartOn", "reloadOn"].flatMap((list) =>
    strangers(listOf(unit[list]), paths).map((path) => ({
      property: `${place}.${list}`,
      reason: `names ${path}, which is no file, binary or link of this layer`,
    })),
  );
  const cannotBeEnabled =
    typeof content === "string" && content !== unknownValue && !/^\[Install\]/m.test(content);
  if (enabled !== true || !cannotBeEnabled) return strange;
  const reason = "is true, but the unit has no [Install] section";
  return [...strange, { property: `${place}.enabled`, reason }];
}

function orderFailures(order: readonly Json[], names: readonly string[]): Failure[] {
  if (order.includes(unknownValue)) return [];
  const missing = names.filter((name) => order.filter((other) => other === name).length !== 1);
  if (missing.length === 0) return [];
  const reason = `must name every unit exactly once, check ${missing.join(", ")}`;
  return [{ property: "unitOrder", reason }];
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

/** A list; one that is still unknown as one unknown element. */
function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [unknownValue];
}

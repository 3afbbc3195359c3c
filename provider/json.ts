/** Property values as they travel between engine and provider: secrets wrapped, unknowns marked. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that is not known before the resources it depends on exist. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** Whether a value is a map of properties (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is wrapped as a Pulumi secret. */
function isSecret(value: unknown): value is JsonObject {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** The value as a Pulumi secret. */
export function secret(value: Json): Json {
  return { [signatureKey]: secretSignature, value };
}

/** The value with every secret wrapper taken off. */
export function withoutSecrets(value: Json): Json {
  if (isSecret(value)) return withoutSecrets(value.value ?? null);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (isObject(value)) return mapValues(value, withoutSecrets);
  return value;
}

/** The live value, secret wherever the template (what the state holds) is secret. */
export function secretLike(template: Json | undefined, live: Json): Json {
  if (isSecret(template)) return secret(withoutSecrets(live));
  if (isObject(template) && isObject(live))
    return mapValues(live, (value, key) => secretLike(template[key], value));
  return live;
}

/** Applies a function to what a secret wrapper holds, or to the value itself. */
export function mapInside(value: Json | undefined, change: (inner: Json) => Json): Json {
  if (isSecret(value)) return secret(mapInside(value.value, change));
  return change(value ?? null);
}

/** Whether anything in the value is not known yet. */
export function hasUnknown(value: Json): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function mapValues<In, Out>(
  map: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}

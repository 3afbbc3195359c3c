/** Property values as the protocol carries them. */
import { isObject, type Json, type JsonObject } from "../json";
import { Struct } from "./proto";

/**
 * The properties with sorted keys: the engine sends maps in an order that changes from call to call,
 * and texts that are made from them must not.
 */
export function fromStruct(struct: Struct | undefined): JsonObject {
  return withSortedKeys(struct?.toJavaScript() ?? {}) as JsonObject;
}

function withSortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, withSortedKeys(value[key] ?? null)]));
}

/** A protobuf struct; members that are `undefined` are left out. */
export function toStruct(value: object): Struct {
  // a round trip through JSON drops `undefined`, which the protobuf library refuses
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as JsonObject);
}

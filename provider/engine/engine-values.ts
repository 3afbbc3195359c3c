/** Property values as the protocol carries them. */
import type { JsonObject } from "../json";
import { Struct } from "./proto";

/**
 * The properties. The engine sends maps in an order that changes from call to call; the protobuf
 * library sorts their keys, so that texts that are made from them do not change.
 */
export function fromStruct(struct: Struct | undefined): JsonObject {
  return struct?.toJavaScript() ?? {};
}

/** A protobuf struct; members that are `undefined` are left out. */
export function toStruct(value: object): Struct {
  // a round trip through JSON drops `undefined`, which the protobuf library refuses
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as JsonObject);
}

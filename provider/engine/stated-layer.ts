/** A layer as the state has it. */
import { withoutSecrets, type JsonObject } from "../json";
import { normalInputs } from "../layer/input-checks";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { ForeignHost } from "../look/ask-host";
import { ConnectionError } from "../ssh/connection-errors";

/** Why a layer was not read. */
const whyUnseen = {
  inMaintenance: "not looked at, the host was in maintenance",
  unreachable: "not looked at, the host could not be reached",
};

/** Inputs with a property beside them, only while nobody knows what the host has: its next change begins with a look. */
export function unseenInputs(stated: JsonObject, why: keyof typeof whyUnseen): JsonObject {
  return { ...stated, unseen: whyUnseen[why] };
}

/**
 * What the state keeps of a layer beside its inputs: nothing twice, for the engine reads and writes
 * the whole state again and again.
 */
export function outputs({ cluster, layer }: JsonObject): JsonObject {
  return { cluster: cluster ?? "", layer: layer ?? "" };
}

/**
 * Inputs that `check` has passed, perhaps that of an earlier version, before there were all maps;
 * without what an earlier read noted beside them.
 */
export function layerInputs({ unseen: _, unfinished: __, ...inputs }: JsonObject): HostLayerInputs {
  // check has compared the shape; the protocol itself carries no types
  return withoutSecrets(normalInputs(inputs)) as unknown as HostLayerInputs;
}

/** Why a layer is still there after all, and what can be done about it. */
export function removalFailure(
  error: unknown,
  { host, layer }: HostLayerInputs,
  urn: string,
): Error {
  const lost = `, or, if the host is gone for good, name it in the config: lost: [${host.name}]`;
  const elsewise = error instanceof ForeignHost ? forgetCommand(urn) : lost;
  const unreached = error instanceof ForeignHost || error instanceof ConnectionError;
  const reason = error instanceof Error ? error.message : String(error);
  const text = `${reason}; layer ${layer} was not removed completely: run again`;
  return new Error(unreached ? text + elsewise : text, { cause: error });
}

/** How the state is told that a layer is no more. */
export function forgetCommand(urn: string): string {
  return `, or, if the host is gone for good, forget it with: pulumi state delete '${urn}'`;
}

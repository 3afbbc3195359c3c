import type { HostLayerInputs } from "../layer/layer-inputs";
import { binaryKey } from "../layer/layer-files";
import type { LiveHost } from "./live-state";

/** What identifies the live content of a path of the layer; undefined where there is none. */
export function liveKey(inputs: HostLayerInputs, live: LiveHost, path: string): string | undefined {
  const state = live.paths.get(path);
  if (state === undefined) return undefined;
  const binary = inputs.binaries[path];
  if (state.kind === "link") return `-> ${state.target ?? ""}`;
  if (state.kind !== "file") return `(${state.kind})`;
  const hash = live.hashes.get(path);
  if (binary === undefined) return hash;
  const record = live.binaries.get(path);
  if (record && (record.stat === state.stat || record.sha256 === hash)) return record.key;
  if (binary.member === undefined && hash === binary.sha256) return binaryKey(binary);
  return `modified (sha256 ${hash ?? "unknown"})`;
}

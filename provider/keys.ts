/** What identifies the content of a path: of what a layer wants, and of what is on its host. */
import type { HostLayerInputs } from "./api";
import { binaryKey, layerFiles, sha256 } from "./layer-files";
import type { LiveHost } from "./live";

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

/** What identifies the wanted content of a path of the layer. */
export function wantedKey(inputs: HostLayerInputs, path: string): string | undefined {
  const binary = inputs.binaries[path];
  if (binary) return binaryKey(binary);
  const link = inputs.links[path];
  if (link) return `-> ${link.target}`;
  const file = layerFiles(inputs)[path];
  return file && sha256(file.content);
}

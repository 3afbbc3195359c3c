import type { HostLayerInputs } from "./layer-inputs";
import { binaryKey, layerFiles, sha256 } from "./layer-files";

/** What identifies the wanted content of a path of the layer. */
export function wantedKey(inputs: HostLayerInputs, path: string): string | undefined {
  const binary = inputs.binaries[path];
  if (binary) return binaryKey(binary);
  const link = inputs.links[path];
  if (link) return `-> ${link.target}`;
  const file = layerFiles(inputs)[path];
  return file && sha256(file.content);
}

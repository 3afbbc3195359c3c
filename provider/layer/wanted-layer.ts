/** What a layer wants, worked out once: everything that follows from its inputs alone. */
import type { HostFile } from "../api";
import { parentsOf } from "./host-paths";
import { binaryKey, installLinks, layerFiles, sha256, unitFile } from "./layer-files";
import type { HostLayerInputs } from "./layer-inputs";
import { layerManifest, type Manifest } from "./manifest";

export interface WantedLayer {
  readonly inputs: HostLayerInputs;
  /** Every text file: those that are listed, unit files, and those that hold over a reboot. */
  readonly files: Readonly<Record<string, HostFile>>;
  /** What identifies the content of each path: text file, link or executable. */
  readonly keys: ReadonlyMap<string, string>;
  /** Directories that must exist before the items can be put in place, parents first. */
  readonly directories: readonly string[];
  /** Of each unit: the paths that its process depends on, its own file first. */
  readonly unitPaths: ReadonlyMap<string, readonly string[]>;
  /** Of each unit: the links that start it at boot. */
  readonly bootLinks: ReadonlyMap<string, readonly string[]>;
  /** As it is when all is done, but for what some layer made itself: only a host knows that. */
  readonly manifest: Manifest;
}

/** See `WantedLayer`. */
export function wantedLayer(inputs: HostLayerInputs): WantedLayer {
  const files = layerFiles(inputs);
  const units = Object.entries(inputs.units);
  return {
    inputs,
    files,
    keys: contentKeys(inputs, files),
    directories: neededDirectories(inputs, files),
    unitPaths: new Map(
      units.map(([name, { restartOn, reloadOn }]) => [
        name,
        [...new Set([unitFile(name), ...restartOn, ...reloadOn])],
      ]),
    ),
    bootLinks: new Map(units.map(([name, { content }]) => [name, installLinks(name, content)])),
    manifest: layerManifest(inputs, Object.keys(files)),
  };
}

function contentKeys(
  { links, binaries }: HostLayerInputs,
  files: WantedLayer["files"],
): Map<string, string> {
  return new Map([
    ...Object.entries(files).map(([path, { content }]) => [path, sha256(content)] as const),
    ...Object.entries(links).map(([path, { target }]) => [path, `-> ${target}`] as const),
    ...Object.entries(binaries).map(([path, binary]) => [path, binaryKey(binary)] as const),
  ]);
}

function neededDirectories(inputs: HostLayerInputs, files: WantedLayer["files"]): string[] {
  const directories = Object.keys(inputs.directories);
  const items = [files, inputs.links, inputs.binaries].flatMap((map) => Object.keys(map));
  const parents = [...items, ...directories].flatMap(parentsOf);
  return [...new Set([...parents, ...directories])].sort();
}

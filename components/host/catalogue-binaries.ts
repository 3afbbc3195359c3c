import type { Binary } from "../../provider/api";
import {
  binarySource,
  type Architecture,
  type ArtifactName,
  type Catalogue,
} from "../catalogue/catalogue";
import { paths } from "./paths";

/** Where the binaries of a host come from. */
export interface BinarySources {
  readonly catalogue: Catalogue;
  readonly architecture: Architecture;
  readonly mirror?: string;
}

/** `<directory>/<binary>` for each binary of an artifact. */
export function catalogueBinaries(
  sources: BinarySources,
  artifact: ArtifactName,
  binaries: readonly string[],
  directory: string = paths.binaries,
): Readonly<Record<string, Binary>> {
  return Object.fromEntries(
    binaries.map((binary) => [
      `${directory}/${binary}`,
      {
        ...binarySource(sources.catalogue, artifact, binary, sources.architecture, sources.mirror),
        mode: "0755",
      },
    ]),
  );
}

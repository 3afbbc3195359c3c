import type { ManifestSource } from "../config/model/addon-definition";
import type { Architecture, ArtifactName, Images } from "./catalogue";

/** A catalogue some of whose checksums are still to be read from upstream. */
export interface CatalogueSource {
  readonly artifacts: Readonly<Record<ArtifactName, ArtifactSource>>;
  readonly images: Images;
  readonly manifests: Readonly<Record<string, ManifestSource>>;
}

/** An artifact as upstream publishes it. */
export interface ArtifactSource {
  readonly version: string;
  readonly amd64?: DownloadSource;
  readonly arm64?: DownloadSource;
  readonly members?: Readonly<Record<string, string>>;
}

/** A download with its checksum, or with the address of upstream's own checksum file. */
export type DownloadSource =
  | { readonly url: string; readonly sha256: string }
  | { readonly url: string; readonly checksumUrl: string };

/** Both architectures, in the order in which they are reported. */
export const architectures: readonly Architecture[] = ["amd64", "arm64"];

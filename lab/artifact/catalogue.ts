import type { Arch } from "../../toolchain/product";
import type { LabArtifact } from "./artifact";

/** The lab's catalogue as the stack config's `artifacts.catalogueFile` names it. */
export interface LabCatalogue {
  readonly artifacts: Readonly<Record<string, object>>;
  readonly images: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, object>>;
}

/** An artifact with the sha256 of the lab's file. */
export type SummedArtifact = LabArtifact & { readonly sha256: string };

/** The catalogue of everything the lab serves: official names, the lab's own checksums. */
export function labCatalogue(
  artifacts: readonly SummedArtifact[],
  images: Readonly<Record<string, string>>,
  manifests: readonly SummedArtifact[],
  arch: Arch,
): LabCatalogue {
  const entries = artifacts.map(({ name, version, url, sha256, members }) => [
    name,
    { version, [arch]: { url, sha256 }, ...(members && { members }) },
  ]);
  return {
    artifacts: Object.fromEntries(entries) as Record<string, object>,
    images,
    manifests: Object.fromEntries(
      manifests.map(({ name, version, url, sha256 }) => [name, { version, url, sha256 }]),
    ),
  };
}

import { nearMiss } from "../../text/near-miss";
import { kubernetesBinaries } from "../../upstream/kubernetes-binaries";
import { mirroredUrl } from "../../upstream/mirrored-url";

/** Names of the architectures that Kubernetes' releases and ours share. */
export type Architecture = "amd64" | "arm64";

/**
 * One downloadable artifact. `members` names the binaries inside an archive by their paths, in
 * which `{arch}` stands for the architecture; without it the download is the binary itself.
 */
export interface Artifact {
  readonly version: string;
  readonly amd64?: ArtifactDownload;
  readonly arm64?: ArtifactDownload;
  readonly members?: Readonly<Record<string, string>>;
}

/** Where one architecture of an artifact is published, and the sha256 of what is there. */
export interface ArtifactDownload {
  readonly url: string;
  readonly sha256: string;
}

/** Every artifact that Plinth installs. */
export const artifactNames = [
  ...kubernetesBinaries,
  "etcd",
  "containerd",
  "runc",
  "cni-plugins",
  "flannel-cni",
  "crictl",
] as const;

export type ArtifactName = (typeof artifactNames)[number];

/** Official names of images by their own: the nodes' pause image, and those that add-ons bring. */
export type Images = Readonly<Record<"pause", string>> & Readonly<Record<string, string>>;

/** A YAML file of Kubernetes objects as upstream publishes it. */
export interface Manifest extends ArtifactDownload {
  readonly version: string;
}

/** All artifacts with checksums, all images by their official names, and the manifests in use. */
export interface Catalogue {
  readonly artifacts: Readonly<Record<ArtifactName, Artifact>>;
  readonly images: Images;
  readonly manifests: Readonly<Record<string, Manifest>>;
}

/** What a host fetches for one binary: `Binary` of the provider without its mode. */
export interface BinarySource {
  readonly url: string;
  readonly sha256: string;
  readonly member?: string;
}

/**
 * Where `binary` of `artifact` comes from for one architecture, through the mirror where one is set.
 * Throws when the catalogue has no such architecture or member.
 */
export function binarySource(
  catalogue: Catalogue,
  artifact: ArtifactName,
  binary: string,
  architecture: Architecture,
  mirror: string | undefined,
): BinarySource {
  const { [architecture]: download, members, version } = catalogue.artifacts[artifact];
  if (download === undefined) {
    throw new Error(
      `catalogue: ${artifact} ${version} has no download for ${architecture}, ` +
        `expected an entry artifacts.${artifact}.${architecture} with url and sha256`,
    );
  }
  const url = mirror === undefined ? download.url : mirroredUrl(download.url, mirror);
  if (members === undefined) return { url, sha256: download.sha256 };
  const member = members[binary];
  if (member === undefined) {
    const near = nearMiss(binary, Object.keys(members));
    throw new Error(
      `catalogue: ${artifact} ${version} has no binary "${binary}", expected one of ` +
        Object.keys(members).join(", ") +
        (near === undefined ? "" : `; did you mean ${near}?`),
    );
  }
  return { url, sha256: download.sha256, member: member.replaceAll("{arch}", architecture) };
}

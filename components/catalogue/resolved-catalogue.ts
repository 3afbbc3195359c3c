import type { ClusterConfig } from "../config/cluster-config";
import { builtInCatalogue } from "./built-in-catalogue";
import {
  type Artifact,
  type ArtifactDownload,
  type ArtifactName,
  artifactNames,
  type Catalogue,
} from "./catalogue";
import { catalogueWithFile } from "./catalogue-file";
import { architectures, type CatalogueSource, type DownloadSource } from "./catalogue-source";
import { type ChecksumLock, checksumLock, writeChecksumLock } from "./checksum-lock";
import { errorText } from "./error-text";
import { type FetchText, fetchTextOverTls, publishedChecksum } from "./published-checksum";

/** A download whose checksum neither Plinth nor the user's catalogue file knows. */
interface UnknownChecksum {
  readonly artifact: ArtifactName;
  readonly url: string;
  readonly checksumUrl: string;
}

/**
 * The catalogue of a cluster with the checksum of every download. Those that are not known are read
 * from upstream's checksum files once and recorded in the lock file, which wins from then on.
 * Rejects with one error that names every checksum that can't be had.
 */
export async function resolvedCatalogue(
  config: Pick<ClusterConfig, "kubernetesVersion" | "artifacts">,
  lockFilePath: string,
  fetchText: FetchText = fetchTextOverTls,
): Promise<Catalogue> {
  const { kubernetesVersion, artifacts } = config;
  const builtIn = builtInCatalogue(kubernetesVersion);
  const source =
    artifacts.catalogueFile === undefined
      ? builtIn
      : catalogueWithFile(builtIn, artifacts.catalogueFile, kubernetesVersion);
  const unknown = unknownChecksums(source);
  if (unknown.length === 0) return catalogueWith(source, {});
  const lock = checksumLock(lockFilePath);
  const missing = unknown.filter(({ url }) => lock[url] === undefined);
  if (missing.length === 0) return catalogueWith(source, lock);
  const complete = { ...lock, ...(await fetchedChecksums(missing, fetchText)) };
  const used = unknown.map(({ url }) => [url, complete[url] ?? ""] as const);
  writeChecksumLock(lockFilePath, Object.fromEntries(used));
  return catalogueWith(source, complete);
}

function unknownChecksums({ artifacts }: CatalogueSource): readonly UnknownChecksum[] {
  return artifactNames.flatMap((artifact) =>
    architectures.flatMap((architecture) => {
      const download = artifacts[artifact][architecture];
      return download === undefined || "sha256" in download ? [] : [{ artifact, ...download }];
    }),
  );
}

async function fetchedChecksums(
  unknown: readonly UnknownChecksum[],
  fetchText: FetchText,
): Promise<ChecksumLock> {
  const checksums: Record<string, string> = {};
  const failures: string[] = [];
  const reads = unknown.map(async ({ artifact, url, checksumUrl }) => {
    try {
      checksums[url] = publishedChecksum(await fetchText(checksumUrl), url);
    } catch (error) {
      failures.push(`${artifact}: ${checksumUrl}: ${errorText(error)}`);
    }
  });
  await Promise.all(reads);
  if (failures.length === 0) return checksums;
  throw new Error(
    "checksums that upstream publishes can't be read, and nothing is installed without them: " +
      "give these artifacts in a file named by artifacts.catalogueFile, or run where they can be " +
      `read once\n${failures.sort().join("\n")}`,
  );
}

function catalogueWith(source: CatalogueSource, lock: ChecksumLock): Catalogue {
  const withChecksum = (download: DownloadSource): ArtifactDownload => {
    const sha256 = "sha256" in download ? download.sha256 : lock[download.url];
    if (sha256 === undefined) throw new Error(`no checksum was read for ${download.url}`);
    return { url: download.url, sha256 };
  };
  const resolved = (name: ArtifactName): Artifact => {
    const { version, amd64, arm64, members } = source.artifacts[name];
    return {
      version,
      ...(amd64 === undefined ? {} : { amd64: withChecksum(amd64) }),
      ...(arm64 === undefined ? {} : { arm64: withChecksum(arm64) }),
      ...(members === undefined ? {} : { members }),
    };
  };
  const artifacts = Object.fromEntries(artifactNames.map((name) => [name, resolved(name)]));
  // fromEntries forgets the keys; they are artifactNames, every one of them
  return { artifacts: artifacts as Catalogue["artifacts"], images: source.images };
}

import type { ManifestSource } from "../config/model/addon-definition";
import type { ClusterConfig } from "../config/model/cluster-config";
import { errorText } from "../text/error-text";
import { builtInCatalogue, type CatalogueAddon } from "./built-in-catalogue";
import {
  type Artifact,
  type ArtifactDownload,
  type ArtifactName,
  artifactNames,
  type Catalogue,
} from "./catalogue";
import { catalogueWithFile } from "./catalogue-file";
import { architectures, type CatalogueSource, type DownloadSource } from "./catalogue-source";
import { publishedChecksum } from "../../upstream/checksum-file";
import { type FetchText, fetchTextOverTls } from "./fetched-text";
import { type ChecksumLock, checksumLock, writeChecksumLock } from "./checksum-lock";
import { cacheManifest } from "./manifest-cache";

/** A download whose checksum neither Plinth nor the user's catalogue file knows. */
interface UnknownChecksum {
  readonly name: string;
  readonly url: string;
  /** Upstream's own checksum file; absent where there is none, and the file itself is summed. */
  readonly checksumUrl?: string;
}

/** What of a config says what is downloaded. */
export interface CatalogueConfig extends Pick<ClusterConfig, "kubernetesVersion" | "artifacts"> {
  readonly needs: Pick<ClusterConfig["needs"], "manifests">;
}

/**
 * The catalogue of a cluster with the checksum of every download and the manifests in use. Those
 * that are not known are read from upstream's checksum files once and recorded in the lock file,
 * which wins from then on; a manifest without such a file is itself fetched over TLS the first time.
 * Rejects with one error that names every checksum that can't be downloaded.
 */
export async function resolvedCatalogue(
  config: CatalogueConfig,
  addons: readonly CatalogueAddon[],
  lockFilePath: string,
  fetchText: FetchText = fetchTextOverTls,
): Promise<Catalogue> {
  const { kubernetesVersion, artifacts } = config;
  const { manifests } = config.needs;
  const builtIn = builtInCatalogue(kubernetesVersion, addons);
  const source =
    artifacts.catalogueFile === undefined
      ? builtIn
      : catalogueWithFile(builtIn, artifacts.catalogueFile, kubernetesVersion);
  const unknown = [...unknownChecksums(source), ...unknownManifests(source, manifests)];
  if (unknown.length === 0) return catalogueWith(source, manifests, {});
  const lock = checksumLock(lockFilePath);
  const missing = unknown.filter(({ url }) => lock[url] === undefined);
  if (missing.length === 0) return catalogueWith(source, manifests, lock);
  const complete = { ...lock, ...(await fetchedChecksums(missing, fetchText)) };
  // a manifest that is switched off for a while is still trusted afterwards
  const everyManifest = Object.keys(source.manifests);
  const lockable = [...unknownChecksums(source), ...unknownManifests(source, everyManifest)];
  const used = lockable.flatMap(({ url }) => {
    const sha256 = complete[url];
    return sha256 === undefined ? [] : [[url, sha256] as const];
  });
  writeChecksumLock(lockFilePath, Object.fromEntries(used));
  return catalogueWith(source, manifests, complete);
}

function unknownChecksums({ artifacts }: CatalogueSource): readonly UnknownChecksum[] {
  return artifactNames.flatMap((name) =>
    architectures.flatMap((architecture) => {
      const download = artifacts[name][architecture];
      return download === undefined || "sha256" in download ? [] : [{ name, ...download }];
    }),
  );
}

function unknownManifests(
  source: CatalogueSource,
  names: readonly string[],
): readonly UnknownChecksum[] {
  return names.flatMap((name) => {
    const { url, sha256 } = manifestOf(source, name);
    return sha256 === undefined ? [{ name, url }] : [];
  });
}

function manifestOf({ manifests }: CatalogueSource, name: string): ManifestSource {
  const manifest = manifests[name];
  if (manifest === undefined) throw new Error(`the catalogue has no manifest ${name}`);
  return manifest;
}

async function fetchedChecksums(
  unknown: readonly UnknownChecksum[],
  fetchText: FetchText,
): Promise<ChecksumLock> {
  const checksums: Record<string, string> = {};
  const failures: string[] = [];
  const reads = unknown.map(async ({ name, url, checksumUrl }) => {
    try {
      checksums[url] =
        checksumUrl === undefined
          ? cacheManifest(await fetchText(url))
          : publishedChecksum(await fetchText(checksumUrl), url);
    } catch (error) {
      failures.push(`${name}: ${checksumUrl ?? url}: ${errorText(error)}`);
    }
  });
  await Promise.all(reads);
  if (failures.length === 0) return checksums;
  throw new Error(
    "can't fetch upstream's checksums; nothing is installed without them: " +
      "give these in a file named by artifacts.catalogueFile, or run where they can be " +
      `read once\n${failures.sort().join("\n")}`,
  );
}

function catalogueWith(
  source: CatalogueSource,
  manifests: readonly string[],
  lock: ChecksumLock,
): Catalogue {
  const withChecksum = (download: DownloadSource | ManifestSource): ArtifactDownload => {
    const known = "sha256" in download ? download.sha256 : undefined;
    const sha256 = known ?? lock[download.url];
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
  const inUse = manifests.map((name) => {
    const manifest = manifestOf(source, name);
    return [name, { version: manifest.version, ...withChecksum(manifest) }] as const;
  });
  return {
    // fromEntries forgets the keys; they are artifactNames, every one of them
    artifacts: artifacts as Catalogue["artifacts"],
    images: source.images,
    manifests: Object.fromEntries(inUse),
  };
}

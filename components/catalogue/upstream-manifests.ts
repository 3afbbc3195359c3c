import { CORE_SCHEMA, loadAll } from "js-yaml";
import { z } from "zod";

import { mirroredUrl } from "../../upstream/mirrored-url";
import { errorText } from "../text/error-text";
import type { Catalogue, Manifest } from "./catalogue";
import { fetchAnyText, type FetchText } from "./fetched-text";
import { cachedManifest, cacheManifest, textChecksum } from "./manifest-cache";

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});

/** One object of a manifest, as upstream wrote it. */
export type ManifestObject = z.output<typeof objectSchema>;

/** The objects of the manifests in use, by the manifests' names. */
export type UpstreamManifests = Readonly<Record<string, readonly ManifestObject[]>>;

/**
 * The objects of every manifest that the catalogue carries, from the operator's cache, else fetched,
 * through the mirror where one is set. Rejects with one error that names each that can't be downloaded.
 */
export async function upstreamManifests(
  { manifests }: Pick<Catalogue, "manifests">,
  mirror: string | undefined,
  fetchText: FetchText = fetchAnyText,
): Promise<UpstreamManifests> {
  const failures: string[] = [];
  const reads = Object.entries(manifests).map(async ([name, manifest]) => {
    const url = mirror === undefined ? manifest.url : mirroredUrl(manifest.url, mirror);
    try {
      return [name, manifestObjects(await manifestText(manifest, url, fetchText))] as const;
    } catch (error) {
      failures.push(`${name} ${manifest.version}: ${url}: ${errorText(error)}`);
      return [name, []] as const;
    }
  });
  const objects = await Promise.all(reads);
  if (failures.length === 0) return Object.fromEntries(objects);
  throw new Error(
    "upstream manifests that add-ons need can't be downloaded: run where they can be fetched once, or " +
      `serve them by artifacts.mirror\n${failures.sort().join("\n")}`,
  );
}

async function manifestText(
  { sha256 }: Manifest,
  url: string,
  fetchText: FetchText,
): Promise<string> {
  const cached = cachedManifest(sha256);
  if (cached !== undefined) return cached;
  const text = await fetchText(url);
  const got = textChecksum(text);
  if (got !== sha256) throw new Error(`got a file with sha256 ${got}, expected ${sha256}`);
  cacheManifest(text);
  return text;
}

function manifestObjects(text: string): readonly ManifestObject[] {
  const documents = loadAll(text, undefined, { schema: CORE_SCHEMA });
  // what stands before the first separator may be comments alone
  return documents
    .filter((document) => document !== null && document !== undefined)
    .map((document, index) => {
      const parsed = objectSchema.safeParse(document);
      if (parsed.success) return parsed.data;
      throw new Error(`object ${index + 1} has no apiVersion, kind and metadata.name`);
    });
}

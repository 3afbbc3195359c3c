import { createHash } from "node:crypto";
import type { Arch } from "../../toolchain/product";

/** One image of the lab: a single layer of files and how it is started. */
export interface LabImage {
  /** Key in the catalogue, and name of its folder in the cache. */
  readonly name: string;
  /** Official reference with tag. */
  readonly reference: string;
  readonly entrypoint: readonly string[];
  /** `uid:gid`; root when absent. */
  readonly user?: string;
  /** Absolute path of the folder in which it starts; the root when absent. */
  readonly directory?: string;
}

/** Where the lab's registry has an image: the official path without the official registry. */
export function registryReference(reference: string, registry: string): string {
  return `${registry}/${reference.slice(reference.indexOf("/") + 1)}`;
}

/** The files of an OCI layout around one uncompressed layer, by path; the layer's blob is added beside them. */
export function ociLayout(
  image: LabImage,
  layer: { readonly sha256: string; readonly size: number },
  arch: Arch,
): Readonly<Record<string, string>> {
  const config = JSON.stringify({
    architecture: arch,
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: {
      Entrypoint: image.entrypoint,
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      ...(image.user !== undefined && { User: image.user }),
      ...(image.directory !== undefined && { WorkingDir: image.directory }),
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer.sha256}`] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "plinth lab" }],
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar",
        digest: `sha256:${layer.sha256}`,
        size: layer.size,
      },
    ],
  });
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [descriptor("application/vnd.oci.image.manifest.v1+json", manifest)],
  });
  return {
    "oci-layout": JSON.stringify({ imageLayoutVersion: "1.0.0" }),
    "index.json": index,
    [`blobs/sha256/${sha256(config)}`]: config,
    [`blobs/sha256/${sha256(manifest)}`]: manifest,
  };
}

/** Arguments of `tar` for a layer: sorted, without times and owners of this machine. */
export function layerTarArguments(tree: string, output: string): string[] {
  return [
    ...["--create", "--file", output, "--directory", tree, "--format=gnu", "--sort=name"],
    ...["--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "."],
  ];
}

function descriptor(mediaType: string, content: string) {
  return { mediaType, digest: `sha256:${sha256(content)}`, size: Buffer.byteLength(content) };
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { z } from "zod";

import { kubernetesBinaries } from "../../upstream/kubernetes-binaries";
import { type ConfigProblem, configError, wrongValue } from "../config/problems/config-problem";
import { schemaProblems } from "../config/problems/schema-problems";
import { httpUrl } from "../config/schema/value-schemas";
import { errorText } from "../text/error-text";
import { artifactNames } from "./catalogue";
import type { CatalogueSource } from "./catalogue-source";

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected });

const sha256 = z
  .string({ error: "64 lower-case hex digits" })
  .regex(/^[0-9a-f]{64}$/, { error: "64 lower-case hex digits" });

const download = z.strictObject({ url: httpUrl, sha256 });

const entry = z.strictObject({
  version: text("a version"),
  amd64: download.exactOptional(),
  arm64: download.exactOptional(),
  members: z.record(z.string(), text("a path inside the archive")).exactOptional(),
});

const manifest = download.extend({ version: text("a version") });

/** Entries with names that a catalogue has. */
function catalogueFileSchema({ images, manifests }: CatalogueSource) {
  return z.strictObject({
    artifacts: z.partialRecord(z.enum(artifactNames), entry).exactOptional(),
    images: entriesOf(images, text("the name of an image")),
    manifests: entriesOf(manifests, manifest),
  });
}

/** Some of the names of `known`, with values that fit. */
function entriesOf<Value extends z.ZodType>(known: object, value: Value) {
  const entries = z.partialRecord(z.enum(Object.keys(known)), value).exactOptional();
  // what is there has a value; the type of a partial record cannot say so
  return entries as unknown as z.ZodExactOptional<z.ZodRecord<z.ZodString, Value>>;
}

/**
 * `base` with the entries of a catalogue file (JSON or YAML) in place of those with the same names.
 * Throws one error with every problem of the file and its place.
 */
export function catalogueWithFile(
  base: CatalogueSource,
  path: string,
  kubernetesVersion: string,
): CatalogueSource {
  const raw = content(path);
  const schema = catalogueFileSchema(base);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    throw configError(path, schemaProblems(schema, raw, parsed.error.issues), "");
  }
  const { artifacts = {}, images = {}, manifests = {} } = parsed.data;
  const problems = kubernetesBinaries.flatMap((name): readonly ConfigProblem[] => {
    const version = artifacts[name]?.version;
    if (version === undefined || version === kubernetesVersion) return [];
    const expected = `${kubernetesVersion}, the stack config's kubernetesVersion`;
    return [wrongValue(["artifacts", name, "version"], version, expected)];
  });
  if (problems.length > 0) throw configError(path, problems, "");
  return {
    artifacts: { ...base.artifacts, ...artifacts },
    images: { ...base.images, ...images },
    manifests: { ...base.manifests, ...manifests },
  };
}

function content(path: string): unknown {
  try {
    return load(readFileSync(path, "utf8"), { filename: path });
  } catch (error) {
    throw new Error(
      `${path}: no readable catalogue (artifacts.catalogueFile): ${errorText(error)}`,
      {
        cause: error,
      },
    );
  }
}

import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { errorText } from "../components/catalogue/error-text";
import type { UpstreamManifests } from "../components/catalogue/upstream-manifests";
import { ApiReader } from "./api-reader";
import { isOurs, ourSelector } from "./our-objects";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Objects that are named; the rest is counted. */
const most = 20;

const definitionSchema = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string(), plural: z.string() }),
    versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
  }),
});

/**
 * Fails the run where a definition is about to go of whose kind there are objects that Plinth has
 * not made: Kubernetes would delete them with it. A failed program deletes nothing. It does not see
 * objects made after it looked, nor does it look while the API is away or while a preview does not
 * know the administrator's certificate, because it is to be renewed.
 */
export function keepDefinitionsInUse(
  kubeconfig: pulumi.Output<string>,
  manifests: UpstreamManifests,
): pulumi.Output<void> {
  const wanted = new Set(
    Object.values(manifests).flatMap((objects) => objects.map(({ metadata }) => metadata.name)),
  );
  return kubeconfig.apply(async (text) => {
    const lost = await lostObjects(new ApiReader(text), wanted).catch((error: unknown) =>
      unknown(errorText(error)),
    );
    if (lost.length === 0) return;
    const more = lost.length > most ? [`and ${lost.length - most} more`] : [];
    throw new pulumi.RunError(
      "definitions that are about to be deleted have objects, which would go with them: delete these " +
        `first, or leave the add-on switched on\n${[...lost.slice(0, most), ...more].join("\n")}`,
    );
  });
}

async function unknown(reason: string): Promise<readonly string[]> {
  await pulumi.log.warn(
    `whether definitions that are to go are still in use is not known: ${reason}`,
  );
  return [];
}

/** A line for each object that would go against its owner's will. */
export async function lostObjects(
  api: Pick<ApiReader, "metadata" | "read">,
  wanted: ReadonlySet<string>,
): Promise<readonly string[]> {
  const made = await api.metadata(`${definitions}?labelSelector=${ourSelector}`);
  const leaving = made.filter(({ name }) => !wanted.has(name));
  const lines = leaving.map(async ({ name }) => {
    const { group, names, versions } = definitionSchema.parse(
      await api.read(`${definitions}/${name}`),
    ).spec;
    const version = versions.find(({ served }) => served);
    if (version === undefined) return [];
    const objects = await api.metadata(`/apis/${group}/${version.name}/${names.plural}`);
    return (
      objects
        // what a controller made for an object of its own is made again
        .filter((object) => !isOurs(object) && object.ownerReferences === undefined)
        .map(({ namespace, name: object }) =>
          [
            `${names.kind}.${group}`,
            namespace === undefined ? object : `${namespace}/${object}`,
          ].join(" "),
        )
    );
  });
  return (await Promise.all(lines)).flat().sort();
}

import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { UpstreamManifests } from "../../components/catalogue/upstream-manifests";
import { errorText } from "../../components/text/error-text";
import { isOurs, ourSelector } from "../kit/labelled-objects";
import { ApiReader, type ObjectMetadata } from "./api-reader";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Objects that are named; the rest is counted. */
const maxListed = 20;

/** What users make; objects that a controller makes for one are theirs, too. */
const madeByUsers = ["Ingress", "Gateway"];

type Reader = Pick<ApiReader, "metadata" | "read">;

const definitionSchema = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string(), plural: z.string() }),
    versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
  }),
});

/**
 * The kubeconfig, or a failure where a definition is about to go of whose kind there are objects that
 * Plinth has not made: Kubernetes would delete them with it. Whoever needs the kubeconfig fails, and
 * a failed program deletes nothing. It does not see objects made after it looked, nor does it look
 * while the API is away or while a preview does not know the administrator's certificate, because it
 * is to be renewed.
 */
export function keepDefinitionsInUse(
  kubeconfig: pulumi.Output<string>,
  manifests: UpstreamManifests,
): pulumi.Output<string> {
  const wanted = new Set(
    Object.values(manifests).flatMap((objects) => objects.map(({ metadata }) => metadata.name)),
  );
  return kubeconfig.apply(async (text) => {
    await refuseDataLoss(new ApiReader(text), wanted);
    return text;
  });
}

/**
 * Rejects with the list of what would be lost, and where that is not known. Which definitions are to
 * go is only asked with a warning: an API in trouble must not keep hosts from being repaired.
 */
export async function refuseDataLoss(api: Reader, wanted: ReadonlySet<string>): Promise<void> {
  const made = await api
    .metadata(`${definitions}?labelSelector=${ourSelector}`)
    .catch(unknownDefinitions);
  const leaving = made.map(({ name }) => name).filter((name) => !wanted.has(name));
  const lost = (await Promise.all(leaving.map((name) => objectsOf(api, name)))).flat().sort();
  if (lost.length === 0) return;
  const more = lost.length > maxListed ? [`and ${lost.length - maxListed} more`] : [];
  throw new pulumi.RunError(
    "definitions that are about to be deleted have objects, which would go with them: delete these " +
      `first, or leave the add-on switched on\n${[...lost.slice(0, maxListed), ...more].join("\n")}`,
  );
}

async function unknownDefinitions(error: unknown): Promise<readonly ObjectMetadata[]> {
  await pulumi.log.warn(
    `whether definitions that are to go are still in use is not known: ${errorText(error)}`,
  );
  return [];
}

/** A line for each object of a definition's kind that somebody else made. */
async function objectsOf(api: Reader, definition: string): Promise<readonly string[]> {
  try {
    const found = definitionSchema.parse(await api.read(`${definitions}/${definition}`));
    const { group, names, versions } = found.spec;
    const version = versions.find(({ served }) => served);
    if (version === undefined) return [];
    const objects = await api.metadata(`/apis/${group}/${version.name}/${names.plural}`);
    return objects
      .filter((object) => !isOurs(object) && !isMadeAgain(object))
      .map(({ namespace, name }) => {
        const object = namespace === undefined ? name : `${namespace}/${name}`;
        return `${names.kind}.${group} ${object}`;
      });
  } catch (error) {
    throw new pulumi.RunError(
      `${definition} is about to be deleted, and whether it has objects is not known: ${errorText(error)}`,
    );
  }
}

/** Whether a controller made an object for another of its own. */
function isMadeAgain({ ownerReferences }: ObjectMetadata): boolean {
  return ownerReferences?.every(({ kind }) => !madeByUsers.includes(kind)) ?? false;
}

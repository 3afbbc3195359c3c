import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { errorText } from "../../components/text/error-text";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { knownValue } from "../../components/identity/known-value";
import { ApiReader } from "../api/api-reader";

const condition = z.object({ type: z.string(), status: z.string() });

/** A list without items, or a node without conditions, may have null in their place. */
const nodeList = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string() }),
        status: z.object({ conditions: z.array(condition).nullish() }).nullish(),
      }),
    )
    .nullable(),
});

/**
 * Nodes that are not Ready and no node of the stack config, such as those of hosts that were taken
 * out of it or lost their role. Their pods never get ready; a warning names them and what removes
 * them. An API in trouble has none, for it must not keep hosts from being repaired.
 */
export async function lostNodes(
  kubeconfig: pulumi.Output<string>,
  { hosts }: Pick<ClusterConfig, "hosts">,
): Promise<readonly string[]> {
  const text = await knownValue(kubeconfig);
  if (text === undefined) return [];
  const known = new Set(hosts.filter(({ node }) => node).map(({ name }) => name));
  const lost = await namesOfLost(text, known);
  if (lost.length > 0)
    await pulumi.log.warn(
      `${lost.join(", ")}: not Ready, and no node of the stack config; no add-on is waited for, as its ` +
        `pods there never get ready. If it is gone for good: kubectl delete node ${lost.join(" ")}`,
    );
  return lost;
}

/** Names of the nodes in a list of the API that are not Ready and not known. */
export function lostNodeNames(list: unknown, known: ReadonlySet<string>): readonly string[] {
  return (nodeList.parse(list).items ?? [])
    .filter(({ status }) => status?.conditions?.some(isReady) !== true)
    .map(({ metadata }) => metadata.name)
    .filter((name) => !known.has(name));
}

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === "Ready" && status === "True";
}

async function namesOfLost(
  kubeconfig: string,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  try {
    return lostNodeNames(await new ApiReader(kubeconfig).read("/api/v1/nodes"), known);
  } catch (error) {
    await pulumi.log.warn(`whether all nodes are ready is not known: ${errorText(error)}`);
    return [];
  }
}

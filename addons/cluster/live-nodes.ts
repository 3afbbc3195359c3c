import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { knownValue } from "../../components/identity/known-value";
import { errorText } from "../../components/text/error-text";
import { ApiReader } from "../api/api-reader";

const taint = z.looseObject({
  key: z.string(),
  value: z.string().optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const text = z.record(z.string(), z.string()).nullish();
const condition = z.object({ type: z.string(), status: z.string() });
const address = z.object({ type: z.string(), address: z.string() });

/** A list without items, or a node without conditions, may have null in their place. */
const nodeList = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string(), annotations: text }),
        spec: z
          .object({ podCIDR: z.string().nullish(), taints: z.array(taint).nullish() })
          .nullish(),
        status: z
          .object({
            conditions: z.array(condition).nullish(),
            addresses: z.array(address).nullish(),
          })
          .nullish(),
      }),
    )
    .nullable(),
});

/** A taint of a live node, with fields that none of ours has, such as the time when it was added. */
export type LiveTaint = z.output<typeof taint>;

/** What the API says of a node when a run begins. */
export interface LiveNode {
  readonly name: string;
  readonly isReady: boolean;
  /** Where its kubelet registered it. */
  readonly internalIp?: string;
  readonly podCidr: string | undefined;
  readonly taints: readonly LiveTaint[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * All nodes that the API has; undefined, with a warning, where it can't be asked: an API in trouble
 * must not keep hosts from being repaired, nor does a preview always know whom to ask as.
 */
export async function liveNodes(
  kubeconfig: pulumi.Output<string>,
): Promise<readonly LiveNode[] | undefined> {
  const known = await knownValue(kubeconfig);
  if (known === undefined) return undefined;
  try {
    return nodesOf(await new ApiReader(known).read("/api/v1/nodes"));
  } catch (error) {
    await pulumi.log.warn(`whether all nodes are ready is not known: ${errorText(error)}`);
    return undefined;
  }
}

/** The nodes in a list of the API; throws where it is none. */
export function nodesOf(list: unknown): readonly LiveNode[] {
  return (nodeList.parse(list).items ?? []).map(({ metadata, spec, status }) => {
    const internal = status?.addresses?.find(({ type }) => type === "InternalIP");
    return {
      name: metadata.name,
      isReady: status?.conditions?.some(isReady) === true,
      ...(internal && { internalIp: internal.address }),
      podCidr: spec?.podCIDR ?? undefined,
      taints: spec?.taints ?? [],
      annotations: metadata.annotations ?? {},
    };
  });
}

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === "Ready" && status === "True";
}

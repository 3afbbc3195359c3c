import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { knownValue } from "./known-value";

/** What tells this cluster from others of its name: 32 hex digits, and no secret. */
export interface ClusterId {
  readonly id: pulumi.Output<string>;
  /** Undefined in the preview of a stack that has none yet. */
  readonly known: string | undefined;
  /** Deleted with the whole cluster, and never before. */
  readonly resource: pulumi.Resource;
}

/**
 * The cluster's id, made once. Resolves when it is in the state, so that a run that is cut off
 * afterwards, wherever, is repeated by the same cluster.
 */
export async function clusterId(cluster: string): Promise<ClusterId> {
  const resource = new random.RandomId(`${cluster}-cluster-id`, { byteLength: 16 });
  const id = resource.hex;
  return { id, known: await knownValue(id), resource };
}

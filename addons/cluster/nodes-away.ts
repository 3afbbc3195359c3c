import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { KubeletNodes } from "../../components/node/kubelet-nodes";
import { errorText } from "../../components/text/error-text";
import { ApiReader } from "../api/api-reader";
import { waitsForPods } from "../api/skip-await";
import { nodesOf } from "./live-nodes";
import type { NodesSeen } from "./nodes-seen";

/** A kubelet that was just repaired reports within a few seconds. */
const patienceSeconds = 30;
const pauseMs = 1000;

/**
 * Whether nodes are away for whose pods nobody should wait: in maintenance, lost, or not Ready. Of those
 * that were not Ready when the run began it is told after all nodes were brought up to date.
 */
export function nodesAway(
  config: Pick<ClusterConfig, "hosts">,
  { lost, unready }: Pick<NodesSeen, "lost" | "unready">,
  kubeconfig: pulumi.Output<string>,
  nodes: KubeletNodes,
): boolean | pulumi.Output<boolean> {
  if (lost.length > 0 || !waitsForPods(config)) return true;
  if (unready.length === 0) return false;
  const done = [...nodes.layers.values()].map(({ urn }) => urn);
  const seconds = pulumi.runtime.isDryRun() ? 0 : patienceSeconds;
  const away = pulumi.all([kubeconfig, pulumi.all(done)]).apply(async ([text]) => {
    const left = await stillUnready(new ApiReader(text), unready, seconds);
    if (left.length === 0) return false;
    await pulumi.log.warn(
      `${left.join(", ")}: not Ready; no add-on is waited for, as its pods there never get ready`,
    );
    return true;
  });
  // names of nodes are no secret, though the way to them is
  return pulumi.unsecret(away);
}

/** Those of some nodes that are still not Ready after so many seconds. */
export async function stillUnready(
  api: Pick<ApiReader, "read">,
  names: readonly string[],
  seconds: number,
): Promise<readonly string[]> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const left = await unreadyOf(api, names);
    if (left.length === 0 || Date.now() >= end) return left;
    await pause(pauseMs);
  }
}

/** All of them where the API does not answer. */
async function unreadyOf(
  api: Pick<ApiReader, "read">,
  names: readonly string[],
): Promise<readonly string[]> {
  try {
    const nodes = nodesOf(await api.read("/api/v1/nodes"));
    return names.filter((name) => nodes.find((node) => node.name === name)?.isReady !== true);
  } catch (error) {
    await pulumi.log.debug(`nodes can't be looked at: ${errorText(error)}`);
    return names;
  }
}

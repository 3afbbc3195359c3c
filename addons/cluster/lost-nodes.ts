import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { LiveNode } from "./live-nodes";

/**
 * Names of nodes that are not Ready and no node of the stack config, such as those of hosts that were
 * taken out of it or lost their role. Their pods never get ready; a warning names them and what
 * removes them.
 */
export function lostNodes(
  live: readonly LiveNode[],
  { hosts }: Pick<ClusterConfig, "hosts">,
): readonly string[] {
  const known = new Set(hosts.filter(({ node }) => node).map(({ name }) => name));
  const lost = live
    .filter(({ isReady, name }) => !isReady && !known.has(name))
    .map(({ name }) => name);
  if (lost.length > 0)
    void pulumi.log.warn(
      `${lost.join(", ")}: not Ready, and no node of the stack config; no add-on is waited for, as its ` +
        `pods there never get ready. If it is gone for good: kubectl delete node ${lost.join(" ")}`,
    );
  return lost;
}

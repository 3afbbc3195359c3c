import type { Rollout } from "../../provider/api";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import renewPodNetwork from "./scripts/renew-pod-network.sh";
import spareNode from "./scripts/spare-node.sh";

/** Seconds that others have to get Ready: a kubelet that was just started reports within a few. */
const patienceSeconds = 30;

/**
 * How nodes take turns when a change interrupts them: one at a time, and only while all others are
 * Ready, so that a change that is bad for nodes ends with the first one. Those in maintenance and
 * those that are `lost` don't count.
 */
export function nodeRollout(
  { hosts }: Pick<ClusterConfig, "hosts">,
  { name }: HostConfig,
  lost: readonly string[],
): Rollout {
  const away = hosts.filter(({ node, maintenance }) => node && maintenance);
  const ignored = [...away.map((host) => host.name), ...lost];
  return {
    group: "node",
    maxUnavailable: 1,
    gate: {
      command: ["sh", "-c", spareNode, "spare-node", name, String(patienceSeconds), ...ignored],
      // each look at the API may take as long as it is patient
      deadlineSeconds: patienceSeconds + 30,
    },
  };
}

/** What comes before the start of a kubelet that registers its node anew. */
export const podNetworkRenewal: Pick<Rollout, "prepare"> = {
  prepare: {
    command: ["sh", "-c", renewPodNetwork, "renew-pod-network"],
    deadlineSeconds: 180,
    inTurn: false,
  },
};

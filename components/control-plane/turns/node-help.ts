import type { LayerHelp } from "../../../provider/api";
import type { ClusterConfig } from "../../config/model/cluster-config";
import deleteNode from "./scripts/delete-node.sh";
import emptyNode from "./scripts/empty-node.sh";

/** Seconds beside those that pods are given. */
const slackSeconds = 60;

/** What a control plane does for a node that leaves: its pods end first, and its Node object goes last. */
export function nodeHelp({ api, drain }: Pick<ClusterConfig, "api" | "drain">): LayerHelp {
  const server = `https://127.0.0.1:${api.port}`;
  const { timeoutSeconds, force } = drain;
  const pods = [String(timeoutSeconds), force ? "force" : ""];
  return {
    beforeRemoval: {
      command: ["sh", "-c", emptyNode, "empty-node", "{host}", "{state}", ...pods, server],
      // with force, pods are given the same time once more
      deadlineSeconds: (force ? 2 : 1) * timeoutSeconds + slackSeconds,
    },
    afterRemoval: {
      command: ["sh", "-c", deleteNode, "delete-node", "{host}", "{state}", server],
      deadlineSeconds: 2 * slackSeconds,
    },
  };
}

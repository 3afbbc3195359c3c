import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { Registration } from "../../components/node/registration";
import type { SurveyedHosts } from "../../components/survey/surveyed-hosts";
import { liveWorkloads, type LiveWorkloads } from "../api/live-workloads";
import { type LiveNode, liveNodes } from "./live-nodes";
import { lostNodes } from "./lost-nodes";
import { nodeRegistrations } from "./node-registrations";
import { refuseSecondKubelets } from "./second-kubelets";

/** What the API's nodes, and add-ons on them, tell at the beginning of a run. */
export interface NodesSeen {
  /** None where the API could not be asked. */
  readonly live: readonly LiveNode[];
  /** Names of those that nobody waits for. */
  readonly lost: readonly string[];
  /** Names of nodes of the stack config that are not Ready, those in maintenance aside. */
  readonly unready: readonly string[];
  /** Add-ons as the API has them. */
  readonly workloads: LiveWorkloads;
  /** By host name, of hosts that have been looked at. */
  readonly registrations: ReadonlyMap<string, Registration>;
}

/**
 * Looks at the API's nodes, where there is an API; what is unusual about them is warned of. Throws where a
 * machine is about to take the place of another one that works.
 */
export async function nodesSeen(
  config: ClusterConfig,
  kubeconfig: pulumi.Output<string>,
  surveyed: Pick<SurveyedHosts, "apiIsUp" | "nodeTraces" | "unmarked">,
): Promise<NodesSeen> {
  const { apiIsUp, nodeTraces, unmarked } = surveyed;
  const [found, workloads] = apiIsUp
    ? await Promise.all([liveNodes(kubeconfig), liveWorkloads(kubeconfig)])
    : [undefined, new Map()];
  const live = found ?? [];
  await refuseSecondKubelets(config, kubeconfig, unmarked, live);
  const known = config.hosts.filter(({ node, maintenance }) => node && !maintenance);
  const unready = known.filter(({ name }) =>
    live.some((node) => node.name === name && !node.isReady),
  );
  return {
    live,
    workloads,
    lost: lostNodes(live, config),
    unready: unready.map(({ name }) => name),
    registrations: nodeRegistrations(config, nodeTraces, found),
  };
}

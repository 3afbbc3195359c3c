import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import type { SurveyedMembers } from "../etcd/etcd-cluster";
import { membersFile } from "../etcd/etcd-member";
import type { ClusterId } from "../identity/cluster-id";
import { hostConnection } from "../host/host-connection";
import type { HostProvider } from "../host/host-provider";
import type { OperationFacts } from "../operations/operation-facts";
import { ownUnits } from "../host/init/own-units";
import { paths } from "../host/paths";
import { hostPlatforms, type HostPlatform } from "../host/platform";
import { isReachable } from "../operator/reachable-server";
import { hasLayer, sparedMembers } from "./member-losses";
import { nodeTraceFiles, nodeTraces, type NodeTraces } from "./node-traces";
import { preflight } from "./preflight";
import { preflightTable } from "./preflight-table";
import { surveyQuestions } from "./survey-questions";

/** What the program decides by, of hosts that passed the preflight. */
export interface SurveyedHosts {
  readonly operationFacts: OperationFacts;
  readonly platforms: ReadonlyMap<string, HostPlatform>;
  readonly etcdMembers: SurveyedMembers;
  /** By host name. */
  readonly nodeTraces: ReadonlyMap<string, NodeTraces>;
  /** There is a control plane, but nobody answers where the operator reaches the API. */
  readonly apiIsDown: boolean;
  /** There is a control plane, and it is reached. */
  readonly apiIsUp: boolean;
}

/**
 * Looks at every host once, in parallel; those in maintenance are left alone. Throws one error with
 * everything that stands in the way on any of them; warnings are logged.
 */
export async function surveyedHosts(
  hosts: HostProvider,
  config: ClusterConfig,
  { known }: ClusterId,
): Promise<SurveyedHosts> {
  const questions = surveyQuestions(config);
  const looked = config.hosts.filter((host) => !host.maintenance);
  const survey = await hosts.survey({
    ...questions,
    hosts: looked.map(hostConnection),
    paths: [...new Set([...questions.paths, paths.etcdMemberData, paths.etcdJoinFile])],
    texts: [membersFile, ...nodeTraceFiles],
    probes: {},
  });
  const isPreview = pulumi.runtime.isDryRun();
  const { failures, warnings } = preflight(config, survey, {
    ownUnits,
    isPreview,
    clusterId: known,
  });
  if (warnings.length > 0) {
    pulumi.log.warn(`what may become a problem on hosts:\n${preflightTable(warnings)}`);
  }
  if (failures.length > 0) {
    throw new pulumi.RunError(
      `these hosts are not ready; nothing was changed:\n${preflightTable(failures)}`,
    );
  }
  const having = (path: string) =>
    new Set(
      looked
        .map(({ name }) => name)
        .filter((name) => survey.hosts[name]?.facts?.paths.includes(path) === true),
    );
  const expected = hasLayer(config, survey, "control-plane");
  const members = await sparedMembers(hosts, config, survey);
  const apiIsUp = expected && (await isReachable(config.api.endpoint));
  const isMarked = ({ name }: HostConfig) => survey.hosts[name]?.facts?.owner !== undefined;
  const marked = new Set(config.hosts.filter(isMarked).map(({ name }) => name));
  return {
    operationFacts: { config, marked, members },
    platforms: hostPlatforms(config, survey),
    etcdMembers: surveyedMembers(config, having(paths.etcdMemberData), having(paths.etcdJoinFile)),
    nodeTraces: new Map(
      Object.entries(survey.hosts).flatMap(([name, { facts }]) =>
        facts === undefined ? [] : [[name, nodeTraces(facts)] as const],
      ),
    ),
    apiIsDown: expected && !apiIsUp,
    apiIsUp,
  };
}

/** A member in maintenance is taken to have its data: it was made before. */
function surveyedMembers(
  config: ClusterConfig,
  found: ReadonlySet<string>,
  joined: ReadonlySet<string>,
): SurveyedMembers {
  const members = hostsWithRole(config.hosts, "etcd");
  const away = members.filter((host) => host.maintenance).map(({ name }) => name);
  if (away.length > 0 && found.size === 0) {
    throw new pulumi.RunError(
      `no etcd member that is not in maintenance has data, and without ${away.join(", ")} nobody ` +
        "knows whether there is a cluster: end the maintenance, or take these hosts out of the config",
    );
  }
  return { withData: new Set([...found, ...away]), joined };
}

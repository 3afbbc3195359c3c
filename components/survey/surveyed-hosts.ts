import * as pulumi from "@pulumi/pulumi";
import type { HostFacts, SurveyResult } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import type { ClusterId } from "../identity/cluster-id";
import { hostConnection } from "../host/host-connection";
import type { HostProvider } from "../host/host-provider";
import type { EtcdMembership } from "../operations/etcd-membership";
import type { OperationFacts } from "../operations/operation-facts";
import { ownUnits } from "../host/init/own-units";
import { hostPlatforms, type HostPlatform } from "../host/platform";
import { isReachable } from "../operator/reachable-server";
import type { FormerAddresses } from "../pki/former-addresses";
import { etcdQuestions, surveyedFormerAddresses, surveyedMembership } from "./etcd-members";
import { foundKeys, keyQuestions, type FoundKeys } from "./keys/found-keys";
import { nodeTraceFiles, nodeTraces, type NodeTraces } from "./node-traces";
import { preflight } from "./preflight";
import { preflightTable } from "./preflight-table";
import { surveyQuestions } from "./survey-questions";

/** What the program decides by, of hosts that passed the preflight. */
export interface SurveyedHosts {
  readonly operationFacts: OperationFacts;
  readonly platforms: ReadonlyMap<string, HostPlatform>;
  readonly etcdMembership: EtcdMembership;
  readonly formerAddresses: FormerAddresses;
  /** By host name. */
  readonly nodeTraces: ReadonlyMap<string, NodeTraces>;
  /** By host name. */
  readonly keys: ReadonlyMap<string, FoundKeys>;
  /** Names of hosts that were looked at and have nothing of any cluster, new or reinstalled. */
  readonly unmarked: ReadonlySet<string>;
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
  const etcd = etcdQuestions(config);
  const looked = config.hosts.filter((host) => !host.maintenance);
  const survey = await hosts.survey({
    ...questions,
    ...etcd,
    hosts: looked.map(hostConnection),
    texts: [...etcd.texts, ...nodeTraceFiles, ...keyQuestions.texts],
    probes: { ...etcd.probes, ...keyQuestions.probes },
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
  const etcdMembership = surveyedMembership(config, survey);
  const expected = hostsWithRole(config.hosts, "control-plane").some(
    ({ name }) => survey.hosts[name]?.facts?.layers.includes("control-plane") === true,
  );
  const apiIsUp = expected && (await isReachable(config.api.endpoint));
  const isMarked = ({ name }: HostConfig) => survey.hosts[name]?.facts?.owner !== undefined;
  const marked = new Set(config.hosts.filter(isMarked).map(({ name }) => name));
  const unmarked = looked.map(({ name }) => name).filter((name) => !marked.has(name));
  return {
    operationFacts: { config, marked, etcdMembership },
    platforms: hostPlatforms(config, survey),
    etcdMembership,
    formerAddresses: surveyedFormerAddresses(config, survey),
    nodeTraces: ofEveryHost(survey, nodeTraces),
    keys: ofEveryHost(survey, foundKeys),
    unmarked: new Set(unmarked),
    apiIsDown: expected && !apiIsUp,
    apiIsUp,
  };
}

/** By name of the host, of all that have facts. */
function ofEveryHost<T>(
  { hosts }: SurveyResult,
  of: (facts: HostFacts) => T,
): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(hosts).flatMap(([name, { facts }]) =>
      facts === undefined ? [] : [[name, of(facts)] as const],
    ),
  );
}

import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "./config/cluster-config";
import type { SurveyedMembers } from "./etcd/etcd-cluster";
import { etcdJoinFile } from "./etcd/etcd-member";
import { hostConnection } from "./host/host-connection";
import type { HostProvider } from "./host/host-provider";
import { hostPlatforms, type HostPlatform } from "./preflight/host-platform";
import { ownUnits } from "./preflight/own-units";
import { preflight } from "./preflight/preflight";
import { preflightTable } from "./preflight/preflight-table";
import { surveyQuestions } from "./preflight/survey-questions";

/** Path that an etcd member has from its first start on. */
const etcdData = "/var/lib/etcd/member";

/** What the program decides by, of hosts that passed the preflight. */
export interface SurveyedHosts {
  readonly platforms: ReadonlyMap<string, HostPlatform>;
  readonly etcdMembers: SurveyedMembers;
}

/**
 * Looks at every host once, in parallel. Throws one error with everything that stands in the way on
 * any of them; warnings are logged.
 */
export async function surveyedHosts(
  hosts: HostProvider,
  config: ClusterConfig,
): Promise<SurveyedHosts> {
  const questions = surveyQuestions(config);
  const survey = await hosts.survey({
    ...questions,
    hosts: config.hosts.map(hostConnection),
    paths: [...new Set([...questions.paths, etcdData, etcdJoinFile])],
  });
  const { failures, warnings } = preflight(config, survey, ownUnits, pulumi.runtime.isDryRun());
  if (warnings.length > 0) {
    pulumi.log.warn(`what may become a problem on hosts:\n${preflightTable(warnings)}`);
  }
  if (failures.length > 0) {
    throw new pulumi.RunError(
      `hosts can't be used yet, nothing was changed on any:\n${preflightTable(failures)}`,
    );
  }
  const having = (path: string) =>
    new Set(
      config.hosts
        .map(({ name }) => name)
        .filter((name) => survey.hosts[name]?.facts?.paths.includes(path) === true),
    );
  return {
    platforms: hostPlatforms(config, survey),
    etcdMembers: { withData: having(etcdData), joined: having(etcdJoinFile) },
  };
}

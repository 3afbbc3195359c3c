import type { SurveyResult } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import { capacityChecks } from "./capacity-checks";
import { clusterChecks } from "./cluster-checks";
import { type CheckFinding, failure, type Finding, type HostSubject } from "./finding";
import { networkChecks } from "./network-checks";
import { ownershipChecks } from "./ownership-checks";
import { systemChecks } from "./system-checks";

/** Everything that stands in the way on any host, in the order of the hosts. */
export interface Preflight {
  /** Each of them ends the run before anything is changed. */
  readonly failures: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const hostChecks = [...systemChecks, ...capacityChecks, ...networkChecks, ...ownershipChecks];

/** What the hosts are judged by, beside the config. */
export type PreflightRun = Pick<HostSubject, "ownUnits" | "isPreview" | "clusterId">;

/** Judges what the survey found: all problems of all hosts at once, without touching any. */
export function preflight(
  config: ClusterConfig,
  survey: SurveyResult,
  run: PreflightRun,
): Preflight {
  const subjects = config.hosts.flatMap((host): readonly HostSubject[] => {
    const facts = survey.hosts[host.name]?.facts;
    return facts === undefined ? [] : [{ config, host, facts, ...run }];
  });
  const found = [
    ...unreachableHosts(config, survey),
    ...subjects.flatMap((subject) => hostChecks.flatMap((check) => check(subject))),
    ...clusterChecks.flatMap((check) => check(subjects)),
  ];
  const order = new Map(config.hosts.map(({ name }, index) => [name, index]));
  const sorted = found.sort(
    (one, other) => (order.get(one.host) ?? 0) - (order.get(other.host) ?? 0),
  );
  return { failures: withSeverity(sorted, "failure"), warnings: withSeverity(sorted, "warning") };
}

function unreachableHosts(config: ClusterConfig, survey: SurveyResult): readonly CheckFinding[] {
  const looked = config.hosts.filter((host) => !host.maintenance);
  return looked.flatMap((host) => {
    const result = survey.hosts[host.name];
    if (result?.facts !== undefined) return [];
    const problem = result?.error ?? "the survey has no answer from it";
    const fallback =
      "bring it back, or set its maintenance; if it is gone for good, take its entry away and add its name to lost";
    return [failure(host, problem, result?.remedy ?? fallback)];
  });
}

function withSeverity(
  found: readonly CheckFinding[],
  severity: CheckFinding["severity"],
): readonly Finding[] {
  return found
    .filter((finding) => finding.severity === severity)
    .map(({ host, problem, remedy }) => ({ host, problem, remedy }));
}

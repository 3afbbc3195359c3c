import type { FixedPort } from "../../network/ports";
import type { ConfigRule } from "../model/config-rule";
import type { HostConfig } from "../model/host-config";
import type { ConfigProblem } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";
import { chartProblems } from "./charts-rules";
import {
  addressProblems,
  duplicateProblems,
  lostProblems,
  maintenanceProblems,
  nodeProblems,
  roleProblems,
} from "./host-rules";
import { cidrProblems, nodeCidrProblems, portProblems, vipProblems } from "./network-rules";
import { etcdProblems, pkiProblems, releaseProblems, sysctlProblems } from "./setting-rules";

/** Rules about one host at a time, or pairs of them, do without `hosts`: they hold for those left. */
export const clusterRules: readonly ConfigRule[] = [
  { reads: [], problems: duplicateProblems },
  { reads: ["network"], problems: addressProblems },
  { reads: [], problems: nodeProblems },
  { reads: ["hosts"], problems: roleProblems },
  { reads: ["hosts"], problems: maintenanceProblems },
  { reads: ["hosts", "lost"], problems: lostProblems },
  { reads: ["network"], problems: cidrProblems },
  { reads: ["network", "hosts"], problems: nodeCidrProblems },
  { reads: ["api", "network"], problems: vipProblems },
  { reads: ["api", "ssh", "addons"], problems: portProblems },
  { reads: ["kubernetesVersion"], problems: releaseProblems },
  { reads: ["etcd"], problems: etcdProblems },
  { reads: ["pki"], problems: pkiProblems },
  { reads: ["sysctls"], problems: sysctlProblems },
  { reads: ["charts"], problems: chartProblems },
];

/** What is wrong between values, besides the problems that single values have on their own. */
export function ruleProblems(
  rules: readonly ConfigRule[],
  input: ClusterInput,
  hosts: readonly HostConfig[],
  ports: readonly FixedPort[],
  schemaProblems: readonly ConfigProblem[],
): readonly ConfigProblem[] {
  const wrong = new Set(schemaProblems.map(({ path }) => path[0]));
  const reported = new Set(schemaProblems.map(({ path }) => JSON.stringify(path)));
  return rules
    .filter(({ reads }) => !reads.some((key) => wrong.has(key)))
    .flatMap(({ problems }) => problems(input, hosts, ports))
    .filter(({ path }) => !reported.has(JSON.stringify(path)));
}

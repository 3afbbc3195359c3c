import type { HostConfig } from "../model/host-config";
import type { ConfigProblem } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";
import { issuerProblems } from "./cert-manager-rules";
import { chartProblems } from "./charts-rules";
import {
  addressProblems,
  duplicateProblems,
  maintenanceProblems,
  nodeProblems,
  roleProblems,
} from "./host-rules";
import { ingressHostProblems, ingressPortProblems, sampleAppProblems } from "./ingress-rules";
import { bgpProblems, poolProblems } from "./metallb-rules";
import { monitoringProblems } from "./monitoring-rules";
import { cidrProblems, nodeCidrProblems, portProblems, vipProblems } from "./network-rules";
import { etcdProblems, pkiProblems, releaseProblems, sysctlProblems } from "./setting-rules";
import { storageProblems } from "./storage-rules";

/** A check across several values of a stack config. */
interface ConfigRule {
  /** The keys that must all fit the schema before the check makes sense. */
  readonly reads: readonly (keyof ClusterInput)[];
  readonly problems: (
    input: ClusterInput,
    hosts: readonly HostConfig[],
  ) => readonly ConfigProblem[];
}

/** Rules about one host at a time, or pairs of them, do without `hosts`: they hold for those left. */
const rules: readonly ConfigRule[] = [
  { reads: [], problems: duplicateProblems },
  { reads: ["network"], problems: addressProblems },
  { reads: [], problems: nodeProblems },
  { reads: ["hosts"], problems: roleProblems },
  { reads: ["hosts"], problems: maintenanceProblems },
  { reads: ["network"], problems: cidrProblems },
  { reads: ["network", "hosts"], problems: nodeCidrProblems },
  { reads: ["api", "network"], problems: vipProblems },
  { reads: ["api", "ssh", "addons"], problems: portProblems },
  { reads: ["kubernetesVersion"], problems: releaseProblems },
  { reads: ["etcd"], problems: etcdProblems },
  { reads: ["pki"], problems: pkiProblems },
  { reads: ["sysctls"], problems: sysctlProblems },
  { reads: ["addons"], problems: storageProblems },
  { reads: ["charts"], problems: chartProblems },
  { reads: ["addons", "hosts"], problems: ingressHostProblems },
  { reads: ["addons", "api", "controlPlane"], problems: ingressPortProblems },
  { reads: ["addons"], problems: sampleAppProblems },
  { reads: ["addons", "api", "network"], problems: poolProblems },
  { reads: ["addons"], problems: bgpProblems },
  { reads: ["addons"], problems: issuerProblems },
  { reads: ["addons"], problems: monitoringProblems },
];

/** What is wrong between values, besides the problems that single values have on their own. */
export function ruleProblems(
  input: ClusterInput,
  hosts: readonly HostConfig[],
  schemaProblems: readonly ConfigProblem[],
): readonly ConfigProblem[] {
  const wrong = new Set(schemaProblems.map(({ path }) => path[0]));
  const reported = new Set(schemaProblems.map(({ path }) => JSON.stringify(path)));
  return rules
    .filter(({ reads }) => !reads.some((key) => wrong.has(key)))
    .flatMap(({ problems }) => problems(input, hosts))
    .filter(({ path }) => !reported.has(JSON.stringify(path)));
}

import { minorOf, supportedMinors } from "../model/kubernetes-releases";
import { nodeSysctls } from "../model/node-sysctls";
import { type ConfigProblem, wrongValue } from "../problems/config-problem";
import type { ClusterInput } from "../schema/cluster-schema";

/** etcd refuses to start with less. */
const minHeartbeatsPerElection = 5;

/** A Kubernetes release that Plinth does not run. */
export function releaseProblems({ kubernetesVersion }: ClusterInput): readonly ConfigProblem[] {
  if (supportedMinors.includes(minorOf(kubernetesVersion))) return [];
  const known = supportedMinors.map((minor) => `${minor}.x`).join(" or ");
  return [wrongValue(["kubernetesVersion"], kubernetesVersion, `a release of ${known}`)];
}

/** Timing that etcd does not start with. */
export function etcdProblems({ etcd }: ClusterInput): readonly ConfigProblem[] {
  const min = minHeartbeatsPerElection * etcd.heartbeatIntervalMs;
  if (etcd.electionTimeoutMs >= min) return [];
  const expected = `at least ${min}, five times heartbeatIntervalMs`;
  return [wrongValue(["etcd", "electionTimeoutMs"], etcd.electionTimeoutMs, expected)];
}

/** Validity periods of certificates that don't fit into each other. */
export function pkiProblems({ pki }: ClusterInput): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (pki.leafValidityHours > pki.caValidityHours) {
    const expected = `at most caValidityHours ${pki.caValidityHours}`;
    problems.push(wrongValue(["pki", "leafValidityHours"], pki.leafValidityHours, expected));
  }
  if (pki.renewalWindowHours >= pki.leafValidityHours) {
    const expected = `less than leafValidityHours ${pki.leafValidityHours}`;
    problems.push(wrongValue(["pki", "renewalWindowHours"], pki.renewalWindowHours, expected));
  }
  return problems;
}

/** Kernel parameters with other values than nodes need. */
export function sysctlProblems({ sysctls }: ClusterInput): readonly ConfigProblem[] {
  return Object.entries(nodeSysctls).flatMap(([name, needed]) => {
    const got = sysctls[name];
    if (got === undefined || got === needed) return [];
    return [wrongValue(["sysctls", name], got, `${needed}, which every node needs`)];
  });
}

/** Minors of Kubernetes that Plinth knows how to run, newest first; any patch release of them will do. */
export const supportedMinors: readonly string[] = ["1.36", "1.35"];

/** The artifacts whose version is the cluster's Kubernetes release. */
export const kubernetesBinaries = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubectl",
] as const;

/** The minor of a release: `1.36` of `1.36.4`. */
export function minorOf(release: string): string {
  return release.split(".").slice(0, 2).join(".");
}

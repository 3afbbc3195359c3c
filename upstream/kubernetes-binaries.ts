/** The binaries of a Kubernetes release that a cluster is made of: their version is the cluster's. */
export const kubernetesBinaries = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubectl",
] as const;

/** The systemd units that Plinth's layers bring to hosts, by full name. */
export const ownUnits: readonly string[] = [
  "containerd.service",
  "etcd.service",
  "kube-apiserver-balancer.service",
  "kube-apiserver-vip.service",
  "kube-apiserver.service",
  "kube-controller-manager.service",
  "kube-proxy.service",
  "kube-scheduler.service",
  "kubelet.service",
];

/** The systemd units that the layers bring to hosts, by what they run. */
export const unitNames = {
  containerd: "containerd.service",
  etcd: "etcd.service",
  "kube-apiserver": "kube-apiserver.service",
  "kube-apiserver-balancer": "kube-apiserver-balancer.service",
  "kube-apiserver-vip": "kube-apiserver-vip.service",
  "kube-controller-manager": "kube-controller-manager.service",
  "kube-proxy": "kube-proxy.service",
  "kube-scheduler": "kube-scheduler.service",
  kubelet: "kubelet.service",
} as const;

/** All of them: what holds the cluster's ports on a host of its own. */
export const ownUnits: readonly string[] = Object.values(unitNames);

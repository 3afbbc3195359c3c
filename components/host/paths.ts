/** Where things are on hosts: where kubeadm has them, so that other tools find them there too. */
export const paths = {
  binaries: "/usr/local/bin",
  kubernetes: "/etc/kubernetes",
  /** Of control planes; nodes and etcd members have folders of their own. */
  pki: "/etc/kubernetes/pki",
  clusterCa: "/etc/kubernetes/pki/ca.crt",
  adminKubeconfig: "/etc/kubernetes/admin.conf",
  /** Static pods, of which Plinth itself has none. */
  manifests: "/etc/kubernetes/manifests",
  etcdPki: "/etc/kubernetes/pki/etcd",
  etcdSettings: "/etc/kubernetes/etcd",
  etcdData: "/var/lib/etcd",
  etcdMemberData: "/var/lib/etcd/member",
  etcdSnapshots: "/var/lib/etcd-snapshots",
  /** Present while a member may begin without data: only a run says so, and no reboot keeps it. */
  etcdFirstStart: "/run/etcd-first-start.env",
  kubelet: "/var/lib/kubelet",
  kubeletConfig: "/var/lib/kubelet/config.yaml",
  kubeletKubeconfig: "/etc/kubernetes/kubelet.conf",
  kubeletPki: "/var/lib/kubelet/pki",
  /** How often the kubelet was to register its node; it starts again when that changes. */
  nodeRegistration: "/var/lib/kubelet/registration",
  /** Asks whether the node is Ready. */
  nodeCheck: "/etc/kubernetes/check-node",
  /** The cluster's authority for everything of the node layer; a control plane's layer has a file of its own. */
  nodeClusterCa: "/var/lib/kubelet/pki/ca.crt",
  containerdConfig: "/etc/containerd/config.toml",
  cniBinaries: "/opt/cni/bin",
  cniConfig: "/etc/cni/net.d",
  /** Where flanneld tells the network plugin the addresses of the host's pods. */
  flannelRun: "/run/flannel",
  flannelSubnet: "/run/flannel/subnet.env",
} as const;

/** The bridge that all pods of a host are on. */
export const podBridge = "cni0";

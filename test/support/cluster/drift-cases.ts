/** Things that somebody does to a host of the cluster `truth` by hand, behind the program's back. */
export interface DriftCase {
  readonly what: string;
  readonly host: string;
  readonly layer: string;
  /** Shell commands of root on the host. */
  readonly damage: string;
  /** What the preview shows of it, a pattern for each line. */
  readonly shown: readonly RegExp[];
  /** What the preview says of the consequence; default: that nothing is interrupted. */
  readonly said?: string;
  /** Units that the repair starts anew; default: none. */
  readonly started?: readonly string[];
  /** Shell command whose output is the same before the damage and after the repair. */
  readonly probe: string;
  /** Tried with every change of the program, not only where everything is. */
  readonly usual?: true;
}

const kubelet = "/var/lib/kubelet/config.yaml";
const units = "/etc/systemd/system";

/** One case a way of drifting, spread over roles and layers. */
export const driftCases: readonly DriftCase[] = [
  {
    what: "an edited file",
    usual: true,
    host: "a4",
    layer: "node",
    damage: `sed -i 's/^maxPods: .*/maxPods: 42/' ${kubelet}`,
    shown: [/maxPods +: 42 => 110/],
    probe: `cat ${kubelet}`,
  },
  {
    what: "an edited file that its service was started with",
    host: "a4",
    layer: "node",
    damage: `sed -i 's/^maxPods: .*/maxPods: 42/' ${kubelet}; systemctl restart kubelet`,
    shown: [/maxPods +: 42 => 110/, /needsRestart/],
    said: "restarts kubelet on a4",
    started: ["kubelet.service"],
    probe: `cat ${kubelet}`,
  },
  {
    what: "the mode of a file",
    host: "a1",
    layer: "node",
    damage: "chmod 0644 /etc/kubernetes/kubelet.conf",
    shown: [/\/etc\/kubernetes\/kubelet\.conf/, /mode *: "0644" => "0600"/],
    probe: "stat -c %a /etc/kubernetes/kubelet.conf",
  },
  {
    what: "the owner of a file",
    host: "a2",
    layer: "etcd",
    damage: "chown nobody:nogroup /etc/kubernetes/pki/etcd/server.key",
    shown: [/owner *: "nobody:nogroup" => "etcd:etcd"/],
    probe: "stat -c %U:%G /etc/kubernetes/pki/etcd/server.key",
  },
  {
    what: "a deleted file",
    host: "a3",
    layer: "control-plane",
    damage: "rm /etc/kubernetes/apiserver/audit-policy.yaml",
    shown: [/\+ \/etc\/kubernetes\/apiserver\/audit-policy\.yaml/],
    probe: "cat /etc/kubernetes/apiserver/audit-policy.yaml",
  },
  {
    what: "an edited private key",
    host: "a1",
    layer: "control-plane",
    damage: "echo guessed-by-hand >>/etc/kubernetes/pki/apiserver.key",
    shown: [/apiserver\.key/, /content *: \[secret\] => \[secret\]/],
    probe: "sha256sum /etc/kubernetes/pki/apiserver.key",
  },
  {
    what: "a replaced binary",
    host: "a4",
    layer: "node",
    damage: "cp /bin/true /usr/local/bin/x; mv /usr/local/bin/x /usr/local/bin/kube-proxy",
    shown: [/\/usr\/local\/bin\/kube-proxy/, /sha256: "modified \(sha256 [0-9a-f]{64}\)" => "/],
    probe: "/usr/local/bin/kube-proxy --version",
  },
  {
    what: "a stopped unit",
    usual: true,
    host: "a1",
    layer: "control-plane",
    damage: "systemctl stop kube-scheduler",
    shown: [/kube-scheduler\.service/, /running: false => true/],
    said: "starts kube-scheduler on a1",
    started: ["kube-scheduler.service"],
    probe: "systemctl is-active kube-scheduler",
  },
  {
    what: "a disabled unit",
    host: "a3",
    layer: "etcd",
    damage: "systemctl disable -q etcd",
    shown: [/etcd\.service/, /enabled: false => true/],
    probe: "systemctl is-enabled etcd",
  },
  {
    what: "a unit file edited without a reload",
    host: "a3",
    layer: "node",
    damage: `sed -i 's/^RestartSec=.*/RestartSec=77/' ${units}/kubelet.service`,
    shown: [/- RestartSec=77/, /\+ RestartSec=2/, /needsReload/],
    probe: `cat ${units}/kubelet.service; systemctl show -P NeedDaemonReload -P RestartUSec kubelet`,
  },
  {
    what: "a drop-in that a unit was started with",
    usual: true,
    host: "a4",
    layer: "runtime",
    damage:
      `mkdir ${units}/containerd.service.d; ` +
      `printf '[Service]\\nEnvironment=BY_HAND=1\\n' >${units}/containerd.service.d/by-hand.conf; ` +
      "systemctl daemon-reload; systemctl restart containerd",
    shown: [/dropIns/, /containerd\.service\.d\/by-hand\.conf/, /needsRestart/],
    said: "restarts containerd on a4",
    started: ["containerd.service"],
    probe: "systemctl show -P DropInPaths -P Environment containerd",
  },
  {
    what: "a kernel parameter",
    host: "a2",
    layer: "node",
    damage: "sysctl -qw net.ipv4.tcp_keepalive_time=777",
    shown: [/net\.ipv4\.tcp_keepalive_time: "777" => "600"/],
    probe: "sysctl net.ipv4.tcp_keepalive_time",
  },
];

/** Things that somebody does to add-ons by hand. */
export interface ObjectDriftCase {
  readonly what: string;
  /** Arguments of kubectl. */
  readonly damage: readonly string[];
  /** What the preview shows of it: the kind, what becomes of it, and a pattern for each line. */
  readonly kind: string;
  readonly sign: "~" | "+";
  readonly shown: readonly RegExp[];
  /** Arguments of kubectl whose output is the same before the damage and after the repair. */
  readonly probe: readonly string[];
}

const coreDns = ["coredns", "-n", "kube-system"];
const flannel = ["daemonset", "kube-flannel-ds", "-n", "kube-flannel"];

export const objectDriftCases: readonly ObjectDriftCase[] = [
  {
    what: "an edited ConfigMap",
    damage: [
      "patch",
      "configmap",
      ...coreDns,
      "--type=merge",
      "-p",
      '{"data":{"Corefile":".:53 {\\n    health\\n    ready\\n    log\\n    kubernetes cluster.local\\n}\\n"}}',
    ],
    kind: "kubernetes:core/v1:ConfigMap",
    sign: "~",
    shown: [/- {5}log/, /\+ {5}errors/],
    probe: ["get", "configmap", ...coreDns, "-o", "jsonpath={.data}"],
  },
  {
    what: "a Deployment with another number of replicas",
    damage: ["scale", "deployment", ...coreDns, "--replicas=5"],
    kind: "kubernetes:apps/v1:Deployment",
    sign: "~",
    shown: [/replicas *: 5 => 2/],
    probe: ["get", "deployment", ...coreDns, "-o", "jsonpath={.spec.replicas}"],
  },
  {
    what: "a deleted DaemonSet",
    damage: ["delete", ...flannel],
    kind: "kubernetes:apps/v1:DaemonSet",
    sign: "+",
    shown: [/kube-flannel/],
    probe: ["get", ...flannel, "-o", "jsonpath={.spec.template.spec}"],
  },
];

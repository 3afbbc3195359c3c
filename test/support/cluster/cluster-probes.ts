import { shellQuoted } from "../lab/host-probes";
import { kubectl, lab, onHost } from "../lab/lab";

/** Units that Plinth's layers bring, as a pattern for systemctl. */
const unitPatterns = ["etcd.service", "kube*.service", "containerd.service"];

/** Names of the nodes and whether each is Ready. */
export async function nodes(): Promise<Readonly<Record<string, boolean>>> {
  const path =
    '{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const text = await kubectl("get", "nodes", "-o", `jsonpath=${path}`);
  return Object.fromEntries(
    text.split("\n").map((line) => {
      const [name = "", status] = line.split("=");
      return [name, status === "True"];
    }),
  );
}

/** `unit InvocationID` of all our units on a host, a line each: changes with every restart. */
export async function unitInvocations(host: string): Promise<string> {
  return onHost(host, "systemctl", "show", "-p", "Id", "-p", "InvocationID", ...unitPatterns);
}

/** Whether an API server answers on a host's loopback address: its own, or one behind its balancer. */
export async function apiReady(
  host: string,
  isControlPlane = host.startsWith("cp"),
): Promise<true | undefined> {
  const ca = isControlPlane ? "/etc/kubernetes/pki/ca.crt" : "/var/lib/kubelet/pki/ca.crt";
  const url = `https://127.0.0.1:${isControlPlane ? 6443 : 7445}/readyz`;
  const answer = await onHost(host, "curl", "-sf", "--max-time", "2", "--cacert", ca, url);
  return answer === "ok" ? true : undefined;
}

/** Everything that could be left of Kubernetes on a host, a line each; empty on a clean one. */
export async function leftOvers(host: string): Promise<string> {
  const found = await lab("ssh", host, "sh", "-c", shellQuoted(leftOversScript));
  return found.stdout.trim();
}

const leftOversScript = `
ps -eo args= | grep -E '^(/usr/local/bin/(kube|etcd|containerd)|.*(haproxy|flanneld|coredns))' | grep -v grep
grep -E '/(var/lib/(kubelet|containerd|etcd)|run/(containerd|netns))/' /proc/self/mounts
ip -br link | grep -E 'cni0|flannel|veth'
nft list tables | grep -E 'kube|flannel'
iptables-save | grep -E 'KUBE-|CNI-|FLANNEL-' | head -5
for path in /etc/kubernetes /etc/plinth /etc/containerd /etc/cni /opt/cni /etc/crictl.yaml /run/flannel /run/plinth /var/lib/kube-proxy /var/log/kubernetes /var/log/pods; do ls -d $path 2>/dev/null; done
find /var/lib/etcd /var/lib/kubelet /var/lib/containerd -mindepth 1 2>/dev/null | head
find /etc/systemd /etc/modules-load.d /etc/sysctl.d /usr/local -name '*plinth*' -o -name 'kube*' -o -name 'etcd*' -o -name 'containerd*'
getent passwd etcd kube-apiserver kube-controller-manager kube-scheduler
true
`;

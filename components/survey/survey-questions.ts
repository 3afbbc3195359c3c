import type { SurveyArgs } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import { paths } from "../host/paths";

/** Kernel modules of every node, and what needs them; add-ons may need further ones. */
export const nodeModules: Readonly<Record<string, string>> = {
  overlay: "containers' file systems",
  br_netfilter: "services, for packets that cross the pods' bridge",
  nf_conntrack: "services",
};

/** Commands of every host, each with others that do as well. */
export const hostCommands: readonly (readonly string[])[] = [
  ["systemctl"],
  ["curl"],
  ["tar"],
  ["gzip"],
  ["sha256sum"],
];

/** Commands of every node besides. */
export const nodeCommands: readonly (readonly string[])[] = [["mount"], ["umount"], ["modprobe"]];

/** Commands that install packages; one of them is needed where a layer brings packages. */
export const packageCommands: readonly string[] = ["apt-get", "dnf", "zypper"];

/** Left-overs of a cluster that Plinth did not make, by what they are left over from. */
export const foreignPaths: Readonly<Record<string, string>> = {
  [paths.etcdMemberData]: "data of an etcd member",
  [paths.adminKubeconfig]: "a kubeadm control plane",
  [paths.kubeletKubeconfig]: "a kubeadm node",
  [paths.clusterCa]: "another cluster's certificates",
  [`${paths.manifests}/kube-apiserver.yaml`]: "a kubeadm control plane",
  [`${paths.manifests}/etcd.yaml`]: "a kubeadm etcd member",
  [paths.kubeletConfig]: "another cluster's kubelet",
  "/var/lib/rancher": "k3s or RKE2",
  "/var/lib/k0s": "k0s",
};

/** Paths of other container software, which may be in use for something else. */
export const sharedPaths: Readonly<Record<string, string>> = {
  [paths.cniConfig]: "network configurations, of which the runtime takes the first",
  [paths.containerdConfig]: "the configuration of a container runtime",
};

/** Directories that every host's layers write to. */
const stateDirectories: readonly string[] = ["/var/lib", "/opt", "/etc"];

/** What the survey asks every host for, besides its facts. */
export function surveyQuestions(
  config: ClusterConfig,
): Pick<SurveyArgs, "modules" | "commands" | "paths" | "disks"> {
  return {
    modules: Object.keys({ ...nodeModules, ...config.needs.modules }),
    commands: [...hostCommands.flat(), ...nodeCommands.flat(), ...packageCommands],
    paths: [...Object.keys(foreignPaths), ...Object.keys(sharedPaths)],
    disks: [...new Set([...stateDirectories, ...config.needs.directories])],
  };
}

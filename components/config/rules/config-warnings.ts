import type { ClusterConfig } from "../model/cluster-config";
import type { HostConfig } from "../model/host-config";
import { hostsWithRole } from "../model/hosts-with-role";
import { minorOf, testedMinors } from "../model/kubernetes-releases";
import { place } from "../problems/config-problem";

/** What is allowed but unwise in a stack config, a sentence each with its place. */
export function configWarnings(config: ClusterConfig): readonly string[] {
  const { hosts, kubelet, kubernetesVersion, network, api } = config;
  const members = hostsWithRole(hosts, "etcd").length;
  const controlPlanes = hostsWithRole(hosts, "control-plane").length;
  const perNode = 2 ** (32 - network.nodeCidrMaskSize) - 3;
  const ipv4 = !network.podCidr.includes(":");
  return [
    ...(testedMinors.includes(minorOf(kubernetesVersion))
      ? []
      : [untestedWarning(kubernetesVersion)]),
    ...hosts.filter((host) => host.maintenance).map(maintenanceWarning),
    ...(members % 2 === 0
      ? [
          `${place(["hosts"])}: ${members} etcd members tolerate no more failures than ${members - 1}, ` +
            "and more hosts can fail: use 1, 3 or 5",
        ]
      : []),
    ...(members === 7
      ? [`${place(["hosts"])}: 7 etcd members make every write slower: use 1, 3 or 5`]
      : []),
    ...(hostsWithRole(hosts, "worker").length === 0
      ? [`${place(["hosts"])}: no host has the role worker, so only what tolerates taints will run`]
      : []),
    ...(controlPlanes > 1 && api.vip === undefined && api.external === undefined
      ? [
          `${place(["api"])}: neither vip nor external is set, so the administrator's kubeconfig points to ` +
            `${api.endpoint} alone`,
        ]
      : []),
    ...(ipv4 && kubelet.maxPods > perNode
      ? [
          `${place(["kubelet", "maxPods"])}: ${kubelet.maxPods} pods per node, but a /` +
            `${network.nodeCidrMaskSize} has addresses for ${perNode}`,
        ]
      : []),
  ];
}

function untestedWarning(release: string): string {
  return (
    `${place(["kubernetesVersion"])}: Kubernetes ${release} is untested: try it first on hosts you can ` +
    `afford to lose; tested: ${testedMinors.map((minor) => `${minor}.x`).join(", ")}`
  );
}

function maintenanceWarning({ name }: HostConfig): string {
  return (
    `${place(["hosts", name, "maintenance"])}: ${name} is left alone: it is not looked at, and nothing ` +
    "on it is changed or removed; the first run after its maintenance brings it up to date"
  );
}

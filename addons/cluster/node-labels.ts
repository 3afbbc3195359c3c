import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { HostConfig } from "../../components/config/model/host-config";
import type { KubeletNodes } from "../../components/node/kubelet-nodes";

/** Every node carries the labels of its roles and of the stack config; others are left alone. */
export function nodeLabels(
  name: string,
  config: ClusterConfig,
  nodes: KubeletNodes,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const host of config.hosts) {
    const node = nodes.layers.get(host.name);
    if (node === undefined) continue;
    new kubernetes.core.v1.NodePatch(
      `${name}-${host.name}-labels`,
      { metadata: { name: host.name, labels: labelsOf(host) } },
      // a patch of a node that has not registered would make one
      { ...opts, dependsOn: [node] },
    );
  }
}

function labelsOf(host: HostConfig): Readonly<Record<string, string>> {
  // a kubelet may not give itself these: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
  const roles = host.roles
    .filter((role) => role !== "etcd")
    .map((role) => [`node-role.kubernetes.io/${role}`, ""] as const);
  return { ...Object.fromEntries(roles), ...host.labels };
}

import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { HostConfig } from "../../components/config/model/host-config";
import type { KubeletNodes } from "../../components/node/kubelet-nodes";
import type { LiveNode } from "./live-nodes";
import { changedTaints, taintsAnnotation, taintsText } from "./node-taints";

/**
 * Every node has the labels of its roles and the labels and taints of the stack config; those of
 * others are left alone. `live` are the nodes when the run began: a new one comes with its taints.
 */
export function nodePatches(
  name: string,
  config: ClusterConfig,
  nodes: KubeletNodes,
  live: readonly LiveNode[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const host of config.hosts) {
    const layer = nodes.layers.get(host.name);
    if (layer === undefined) continue;
    const node = live.find((each) => each.name === host.name);
    const taints = node && changedTaints(host.taints, node);
    new kubernetes.core.v1.NodePatch(
      `${name}-${host.name}-labels`,
      {
        metadata: { name: host.name, labels: labelsOf(host), ...annotationsOf(host) },
        spec: taints === undefined ? {} : { taints: taints.map((taint) => ({ ...taint })) },
      },
      {
        ...opts,
        // a patch of a node that has not registered would make one
        dependsOn: [layer],
        // what other controllers add or take away is no change of ours
        ignoreChanges: taints === undefined ? ["spec.taints"] : [],
        // the node goes as a whole; before that, its pods must not lose what they were placed by
        retainOnDelete: true,
      },
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

function annotationsOf({ taints }: HostConfig) {
  return taints.length === 0 ? {} : { annotations: { [taintsAnnotation]: taintsText(taints) } };
}

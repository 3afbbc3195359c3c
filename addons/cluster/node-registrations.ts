import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { Registration } from "../../components/node/registration";
import type { NodeTraces } from "../../components/survey/node-traces";
import type { LiveNode } from "./live-nodes";

/** flannel writes it when it starts on a node, and into nothing but the Node object that is there then. */
const flannelAnnotation = "flannel.alpha.coreos.com/kube-subnet-manager";

/**
 * The registration of every host whose traces of a node are known. It is renewed where the Node object
 * was deleted, or was made anew while the host's pods have addresses of the old one; a warning says so.
 */
export function nodeRegistrations(
  { hosts }: Pick<ClusterConfig, "hosts">,
  traces: ReadonlyMap<string, NodeTraces>,
  live: readonly LiveNode[] | undefined,
): ReadonlyMap<string, Registration> {
  const registrations = new Map<string, Registration>();
  for (const { name } of hosts) {
    const found = traces.get(name);
    if (found === undefined) continue;
    const reason =
      live &&
      renewalReason(
        found,
        live.find((node) => node.name === name),
      );
    if (reason !== undefined) void pulumi.log.warn(`${name}: ${reason}: ${consequence}`);
    const count = found.registrations ?? 1;
    registrations.set(
      name,
      reason === undefined ? { count, isRenewed: false } : { count: count + 1, isRenewed: true },
    );
  }
  return registrations;
}

const consequence = "its kubelet starts again, and its pods on a new pod network";

/** Why a node has to be registered anew; undefined where it need not be. */
export function renewalReason(
  { wasNode, podCidrs }: NodeTraces,
  node: LiveNode | undefined,
): string | undefined {
  if (!wasNode) return undefined;
  if (node === undefined) return "its Node object was deleted";
  const { podCidr, annotations } = node;
  // nobody has given it addresses yet
  if (podCidr === undefined || podCidrs.length === 0) return undefined;
  const other = podCidrs.find((cidr) => cidr !== podCidr);
  if (other !== undefined)
    return `its Node object was made anew with the pod network ${podCidr}, and its pods are in ${other}`;
  return flannelAnnotation in annotations
    ? undefined
    : "its Node object was made anew, and flannel does not know of it";
}

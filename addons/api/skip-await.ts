import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";

/** Kinds whose pods run on nodes that may be away. */
const awaited = /^kubernetes:.*:(DaemonSet|Deployment|StatefulSet|Service)$/;

const skipAwait = { "pulumi.com/skipAwait": "true" };

/**
 * While nodes are away (see `nodesAway`), add-ons are changed without waiting for their pods: those of a
 * node that is down would be waited for in vain. https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
 */
export function withoutAwaiting(
  away: boolean | pulumi.Output<boolean>,
): pulumi.ResourceTransformation[] {
  if (away === false) return [];
  return [
    ({ type, props, opts }) => {
      if (!awaited.test(type)) return undefined;
      const { metadata } = props as { readonly metadata: Metadata }; // every object has them
      const skipping = { ...metadata.annotations, ...skipAwait };
      const annotations =
        away === true
          ? skipping
          : away.apply((is) => (is ? skipping : (metadata.annotations ?? {})));
      return { props: { ...props, metadata: { ...metadata, annotations } }, opts };
    },
  ];
}

/** Whether no node is in maintenance. */
export function waitsForPods({ hosts }: Pick<ClusterConfig, "hosts">): boolean {
  return !hosts.some((host) => host.node && host.maintenance);
}

interface Metadata {
  readonly annotations?: Readonly<Record<string, string>>;
}

import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { covers, workloadKey, type LiveWorkloads } from "./live-workloads";

/** Kinds whose pods run on nodes that may be away. */
const awaited = /^kubernetes:.*:(DaemonSet|Deployment|StatefulSet|Service)$/;

const annotation = "pulumi.com/skipAwait";

/**
 * While nodes are away (see `nodesAway`), add-ons are changed without waiting for their pods: those of a
 * node that is down would be waited for in vain. An object that is as it should be is not changed just
 * to say so, nor to take that back: its annotation stays as it is until there is something to change.
 * https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
 */
export function withoutAwaiting(
  away: boolean | pulumi.Output<boolean>,
  live: LiveWorkloads,
): pulumi.ResourceTransformation[] {
  if (away === false && ![...live.values()].some(skips)) return [];
  return [
    ({ type, props, opts }) => {
      const [, kind] = awaited.exec(type) ?? [];
      if (kind === undefined) return undefined;
      const wanted = props as Wanted; // every object has metadata
      const { metadata } = wanted;
      if (metadata.annotations?.[annotation] !== undefined) return undefined;
      const annotations = annotationsOf(kind, wanted, away, live);
      return { props: { ...wanted, metadata: { ...metadata, annotations } }, opts };
    },
  ];
}

function annotationsOf(
  kind: string,
  wanted: Wanted,
  away: boolean | pulumi.Output<boolean>,
  live: LiveWorkloads,
): pulumi.Input<Annotations | undefined> {
  const own = wanted.metadata.annotations;
  const { name = "", namespace = "" } = wanted.metadata;
  const found = live.get(workloadKey(kind, namespace, name));
  const withSkip = (is: boolean) => (is ? { ...own, [annotation]: "true" } : own);
  if (found === undefined) {
    return typeof away === "boolean" ? withSkip(away) : away.apply(withSkip);
  }
  // the API's lists say once what kind all of their items are
  const { metadata, apiVersion: _, kind: __, ...rest } = wanted;
  const content = { ...rest, metadata: { labels: metadata.labels, annotations: own } };
  // whether an object changes is no secret, though it may hold one
  return pulumi.unsecret(
    pulumi
      .all([content, away])
      .apply(([value, is]) => withSkip(covers(found, value) ? skips(found) : is)),
  );
}

/** Whether the API has the object with the annotation. */
function skips(live: Readonly<Record<string, unknown>>): boolean {
  return covers(live, { metadata: { annotations: { [annotation]: "true" } } });
}

/** Whether no node is in maintenance. */
export function waitsForPods({ hosts }: Pick<ClusterConfig, "hosts">): boolean {
  return !hosts.some((host) => host.node && host.maintenance);
}

type Annotations = Readonly<Record<string, string>>;

interface Wanted {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Annotations;
    readonly annotations?: Annotations;
  };
}

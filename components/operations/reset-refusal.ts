import type { ResetHost, ResetRequest } from "./report";

/** A host that somebody wants cleared, and what is known of the stack. */
export interface ResetSubject extends Pick<ResetHost, "host" | "marker" | "layers"> {
  /** Why nothing is known of the host. */
  readonly error?: string;
  /** Who changes it at this moment. */
  readonly changedBy?: string;
  /** The stack config has it in maintenance. */
  readonly maintenance: boolean;
  /** The stack's cluster: its name in the config, its id in the state where there is one. */
  readonly own: { readonly name: string; readonly id: string | undefined };
}

const marker = "/etc/plinth/cluster.json";

/** Why a host must not be cleared; undefined where it is one of that cluster, and nobody manages it any more. */
export function resetRefusal(
  subject: ResetSubject,
  { cluster }: Pick<ResetRequest, "cluster">,
): string | undefined {
  const { error, changedBy, maintenance } = subject;
  if (maintenance) return "it is in maintenance, so nobody touches it: end that first";
  if (error !== undefined) return error;
  if (changedBy !== undefined) return `it is being changed by ${changedBy}: wait for that run`;
  return markerRefusal(subject) ?? nameRefusal(subject, cluster);
}

function markerRefusal({ marker: found, layers, own }: ResetSubject): string | undefined {
  if (found === undefined) {
    return layers.length === 0
      ? `it has no ${marker}, so there is nothing of a cluster to clear`
      : `it has layers (${layers.join(", ")}), but no ${marker}, so nobody knows of which cluster: write ` +
          "it again with the cluster and clusterId that the files in /etc/plinth/layers have";
  }
  if (found.cluster === "") {
    return (
      `${marker} is damaged, so nobody knows of which cluster it is: write it again with the cluster ` +
      "and clusterId that the files in /etc/plinth/layers have"
    );
  }
  const mayBeOwn = found.cluster === own.name && found.id === undefined;
  if (own.id === undefined || (found.id !== own.id && !mayBeOwn)) return undefined;
  const how = "to clear it, take it out of hosts in the stack config and run pulumi up";
  return mayBeOwn
    ? `it may be a host that this stack manages, as ${marker} has no id: ${how}`
    : `this stack manages it: ${how}`;
}

function nameRefusal(
  { marker: found }: ResetSubject,
  cluster: string | undefined,
): string | undefined {
  if (found === undefined || cluster === undefined || found.cluster === cluster) return undefined;
  return `it belongs to the cluster ${found.cluster}, not ${cluster}`;
}

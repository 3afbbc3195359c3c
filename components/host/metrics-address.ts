import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";

/**
 * Where a host's components serve their metrics: for the host alone, or, with monitoring, on the
 * address that the other hosts reach, and on no further one of a host that has many.
 */
export function metricsAddress({ addons }: ClusterConfig, host: HostConfig): string {
  return addons.monitoring.enabled ? host.internalAddress : "127.0.0.1";
}

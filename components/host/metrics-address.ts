import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";

/**
 * Where a host's components serve their metrics: for the host alone, or, where an add-on reads them, on the
 * address that the other hosts reach, and on no further one of a host that has many.
 */
export function metricsAddress({ needs }: Pick<ClusterConfig, "needs">, host: HostConfig): string {
  return needs.hostMetrics ? host.internalAddress : "127.0.0.1";
}

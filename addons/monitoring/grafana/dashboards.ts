import { apiServerDashboard } from "./dashboards/api-server";
import { clusterDashboard } from "./dashboards/cluster";
import { etcdDashboard } from "./dashboards/etcd";
import { ingressDashboard } from "./dashboards/ingress";
import { nodesDashboard } from "./dashboards/nodes";
import { workloadsDashboard } from "./dashboards/workloads";
import type { Dashboard } from "./dashboards/dashboard";

/** Every dashboard of ours that Grafana shows: none whose queries nothing would answer. */
export function dashboards({
  traefik,
}: {
  readonly traefik: { readonly enabled: boolean };
}): readonly Dashboard[] {
  return [
    clusterDashboard,
    nodesDashboard,
    etcdDashboard,
    apiServerDashboard,
    workloadsDashboard,
    ...(traefik.enabled ? [ingressDashboard] : []),
  ];
}

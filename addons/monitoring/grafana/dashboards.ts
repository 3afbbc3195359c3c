import { apiServerDashboard } from "./dashboards/api-server";
import { clusterDashboard } from "./dashboards/cluster";
import { etcdDashboard } from "./dashboards/etcd";
import { nodesDashboard } from "./dashboards/nodes";
import { workloadsDashboard } from "./dashboards/workloads";
import type { Dashboard } from "./dashboard";

/** Every dashboard that Grafana shows. */
export const dashboards: readonly Dashboard[] = [
  clusterDashboard,
  nodesDashboard,
  etcdDashboard,
  apiServerDashboard,
  workloadsDashboard,
];

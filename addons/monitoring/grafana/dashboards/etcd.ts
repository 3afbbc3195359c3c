import { type Dashboard, p99, panel } from "./dashboard";

const etcd = 'job="etcd"';

/** The health of the database. */
export const etcdDashboard: Dashboard = {
  uid: "plinth-etcd",
  title: "etcd",
  panels: [
    panel("Has a leader", "short", `etcd_server_has_leader{${etcd}}`, "{{instance}}"),
    panel(
      "Changes of the leader",
      "short",
      `etcd_server_leader_changes_seen_total{${etcd}}`,
      "{{instance}}",
    ),
    {
      title: "Database",
      unit: "bytes",
      queries: [
        { expr: `etcd_mvcc_db_total_size_in_bytes{${etcd}}`, legend: "{{instance}}" },
        {
          expr: `etcd_mvcc_db_total_size_in_use_in_bytes{${etcd}}`,
          legend: "{{instance}} in use",
        },
        { expr: `min(etcd_server_quota_backend_bytes{${etcd}})`, legend: "quota" },
      ],
    },
    panel(
      "Time to write to disk, 99 %",
      "s",
      p99("etcd_disk_wal_fsync_duration_seconds", "instance", etcd),
      "{{instance}}",
    ),
    panel(
      "Time to commit, 99 %",
      "s",
      p99("etcd_disk_backend_commit_duration_seconds", "instance", etcd),
      "{{instance}}",
    ),
    panel(
      "Proposals",
      "ops",
      `rate(etcd_server_proposals_committed_total{${etcd}}[$interval])`,
      "{{instance}}",
    ),
    panel("Pending proposals", "short", `etcd_server_proposals_pending{${etcd}}`, "{{instance}}"),
    panel("Memory", "bytes", `process_resident_memory_bytes{${etcd}}`, "{{instance}}"),
  ],
};

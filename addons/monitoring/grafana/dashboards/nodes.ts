import { type Dashboard, panel } from "./dashboard";

const idle = 'rate(node_cpu_seconds_total{mode="idle"}[$interval])';
const disks = 'fstype!~"tmpfs|squashfs|overlay|fuse.*"';

/** What each node has and uses. */
export const nodesDashboard: Dashboard = {
  uid: "plinth-nodes",
  title: "Nodes",
  panels: [
    panel("CPU", "percentunit", `1 - avg by (instance) (${idle})`, "{{instance}}"),
    panel("Load, 1 minute", "short", "node_load1", "{{instance}}"),
    panel(
      "Memory",
      "percentunit",
      "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
      "{{instance}}",
    ),
    panel(
      "Disks, used",
      "percentunit",
      `1 - node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}}`,
      "{{instance}} {{mountpoint}}",
    ),
    panel(
      "Disks, busy",
      "percentunit",
      "sum by (instance, device) (rate(node_disk_io_time_seconds_total[$interval]))",
      "{{instance}} {{device}}",
    ),
    {
      title: "Network",
      unit: "Bps",
      queries: [
        {
          expr: "sum by (instance) (rate(node_network_receive_bytes_total[$interval]))",
          legend: "{{instance}} in",
        },
        {
          expr: "sum by (instance) (rate(node_network_transmit_bytes_total[$interval]))",
          legend: "{{instance}} out",
        },
      ],
    },
    panel("Tracked connections", "short", "node_nf_conntrack_entries", "{{instance}}"),
    panel("Pods", "short", "sum by (instance) (kubelet_running_pods)", "{{instance}}"),
  ],
};

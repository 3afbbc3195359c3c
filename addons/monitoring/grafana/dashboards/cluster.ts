import { type Dashboard, panel } from "./dashboard";

/** How the cluster is, at a glance. */
export const clusterDashboard: Dashboard = {
  uid: "plinth-cluster",
  title: "Cluster",
  panels: [
    {
      title: "Nodes",
      unit: "short",
      queries: [
        {
          expr: 'sum(kube_node_status_condition{condition="Ready",status="true"})',
          legend: "ready",
        },
        { expr: "count(kube_node_info)", legend: "all" },
      ],
    },
    {
      title: "Targets",
      unit: "short",
      queries: [
        { expr: "sum(up)", legend: "up" },
        { expr: "count(up)", legend: "all" },
      ],
    },
    panel("Pods by phase", "short", "sum by (phase) (kube_pod_status_phase)", "{{phase}}"),
    panel("Alerts", "short", 'count by (alertname) (ALERTS{alertstate="firing"})', "{{alertname}}"),
    {
      title: "CPU of all nodes",
      unit: "short",
      queries: [
        { expr: 'sum(rate(node_cpu_seconds_total{mode!="idle"}[$interval]))', legend: "used" },
        { expr: 'sum(kube_pod_container_resource_requests{resource="cpu"})', legend: "requested" },
        { expr: 'sum(kube_node_status_allocatable{resource="cpu"})', legend: "allocatable" },
      ],
    },
    {
      title: "Memory of all nodes",
      unit: "bytes",
      queries: [
        {
          expr: "sum(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)",
          legend: "used",
        },
        {
          expr: 'sum(kube_pod_container_resource_requests{resource="memory"})',
          legend: "requested",
        },
        { expr: 'sum(kube_node_status_allocatable{resource="memory"})', legend: "allocatable" },
      ],
    },
    panel(
      "Time until certificates expire",
      "s",
      "plinth_certificate_end_timestamp_seconds - time()",
      "{{certificate}}",
    ),
    panel(
      "DNS queries",
      "reqps",
      "sum by (instance) (rate(coredns_dns_requests_total[$interval]))",
      "{{instance}}",
    ),
  ],
};

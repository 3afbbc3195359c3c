import { type Dashboard, panel } from "./dashboard";

/** Containers of pods, without the one that holds each pod's network. */
const containers = 'container!="",container!="POD"';

/** What pods use. */
export const workloadsDashboard: Dashboard = {
  uid: "plinth-workloads",
  title: "Workloads",
  panels: [
    panel(
      "CPU by namespace",
      "short",
      `sum by (namespace) (rate(container_cpu_usage_seconds_total{${containers}}[$interval]))`,
      "{{namespace}}",
    ),
    panel(
      "Memory by namespace",
      "bytes",
      `sum by (namespace) (container_memory_working_set_bytes{${containers}})`,
      "{{namespace}}",
    ),
    panel(
      "CPU by pod",
      "short",
      `topk(20, sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{${containers}}[$interval])))`,
      "{{namespace}}/{{pod}}",
    ),
    panel(
      "Memory by pod",
      "bytes",
      `topk(20, sum by (namespace, pod) (container_memory_working_set_bytes{${containers}}))`,
      "{{namespace}}/{{pod}}",
    ),
    panel(
      "Restarts in an hour",
      "short",
      "sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h]))",
      "{{namespace}}/{{pod}}",
    ),
    {
      title: "Deployments",
      unit: "short",
      queries: [
        {
          expr: "kube_deployment_status_replicas_available",
          legend: "{{namespace}}/{{deployment}}",
        },
      ],
    },
    panel(
      "Network by pod",
      "Bps",
      "topk(20, sum by (namespace, pod) (rate(container_network_transmit_bytes_total[$interval])))",
      "{{namespace}}/{{pod}}",
    ),
    panel(
      "Volumes, claimed",
      "bytes",
      "kube_persistentvolumeclaim_resource_requests_storage_bytes",
      "{{namespace}}/{{persistentvolumeclaim}}",
    ),
  ],
};

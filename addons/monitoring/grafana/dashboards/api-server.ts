import { type Dashboard, p99, panel } from "./dashboard";

const api = 'job="kube-apiserver"';

/** What is asked of the API servers, and how they answer. */
export const apiServerDashboard: Dashboard = {
  uid: "plinth-api-server",
  title: "API server",
  panels: [
    panel(
      "Requests",
      "reqps",
      `sum by (verb) (rate(apiserver_request_total{${api}}[$interval]))`,
      "{{verb}}",
    ),
    panel(
      "Answers",
      "reqps",
      `sum by (code) (rate(apiserver_request_total{${api}}[$interval]))`,
      "{{code}}",
    ),
    panel("Errors, 5 minutes", "percentunit", "apiserver_request:error_ratio_rate5m", "errors"),
    panel(
      "Time to answer, 99 %",
      "s",
      p99("apiserver_request_duration_seconds", "verb", `${api},verb!~"WATCH|CONNECT"`),
      "{{verb}}",
    ),
    panel(
      "Requests under way",
      "short",
      `sum by (request_kind) (apiserver_current_inflight_requests{${api}})`,
      "{{request_kind}}",
    ),
    panel(
      "Watches",
      "short",
      `sum by (instance) (apiserver_longrunning_requests{${api},verb="WATCH"})`,
      "{{instance}}",
    ),
    panel("CPU", "short", `rate(process_cpu_seconds_total{${api}}[$interval])`, "{{instance}}"),
    panel("Memory", "bytes", `process_resident_memory_bytes{${api}}`, "{{instance}}"),
  ],
};

import { type Dashboard, p99, panel } from "./dashboard";

const traefik = 'job="traefik"';

/** What comes in from outside, and how it is answered. */
export const ingressDashboard: Dashboard = {
  uid: "plinth-ingress",
  title: "Ingress",
  panels: [
    panel(
      "Requests",
      "reqps",
      `sum by (entrypoint) (rate(traefik_entrypoint_requests_total{${traefik}}[$interval]))`,
      "{{entrypoint}}",
    ),
    panel(
      "Answers",
      "reqps",
      `sum by (code) (rate(traefik_entrypoint_requests_total{${traefik}}[$interval]))`,
      "{{code}}",
    ),
    panel(
      "Requests by service",
      "reqps",
      `sum by (service) (rate(traefik_service_requests_total{${traefik}}[$interval]))`,
      "{{service}}",
    ),
    panel(
      "Errors",
      "percentunit",
      // without a mistake there is no series of them
      `(sum(rate(traefik_entrypoint_requests_total{${traefik},code=~"5.."}[$interval])) or vector(0)) / ` +
        `sum(rate(traefik_entrypoint_requests_total{${traefik}}[$interval]))`,
      "errors",
    ),
    panel(
      "Time to answer, 99 %",
      "s",
      p99("traefik_service_request_duration_seconds", "service", traefik),
      "{{service}}",
    ),
    panel(
      "Open connections",
      "short",
      `sum by (entrypoint) (traefik_open_connections{${traefik}})`,
      "{{entrypoint}}",
    ),
    panel("CPU", "short", `rate(process_cpu_seconds_total{${traefik}}[$interval])`, "{{instance}}"),
    panel("Memory", "bytes", `process_resident_memory_bytes{${traefik}}`, "{{instance}}"),
  ],
};

import { nobodyUser as user } from "../../kit/restricted-pod";

/** Official names of its images. */
export const monitoringImages = {
  prometheus: "quay.io/prometheus/prometheus:v3.14.0",
  alertmanager: "quay.io/prometheus/alertmanager:v0.31.1",
  "node-exporter": "quay.io/prometheus/node-exporter:v1.12.1",
  "kube-state-metrics": "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
  grafana: "docker.io/grafana/grafana:12.4.2",
};

export type MonitoringImages = Readonly<typeof monitoringImages>;

/** What the lab makes them of; it has no Grafana. */
export const monitoringLab = {
  images: {
    prometheus: {
      product: "prometheus",
      binary: "prometheus",
      path: "bin/prometheus",
      user,
      // a binary without them looks below a folder of this name, wherever that is
      beside: {
        product: "prometheus-web",
        output: "static",
        folder: "usr/share/prometheus",
        path: "web/ui/static",
      },
    },
    alertmanager: { product: "alertmanager", path: "bin/alertmanager", user },
    "node-exporter": { product: "node-exporter", path: "bin/node_exporter", user },
    "kube-state-metrics": { product: "kube-state-metrics", user },
  },
};

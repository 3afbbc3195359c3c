/** Official names of its images. */
export const monitoringImages = {
  prometheus: "quay.io/prometheus/prometheus:v3.14.0",
  alertmanager: "quay.io/prometheus/alertmanager:v0.31.1",
  "node-exporter": "quay.io/prometheus/node-exporter:v1.12.1",
  "kube-state-metrics": "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
  grafana: "docker.io/grafana/grafana:12.4.2",
};

export type MonitoringImages = Readonly<typeof monitoringImages>;

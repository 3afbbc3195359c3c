import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import type { HostConfig } from "../../../components/config/model/host-config";
import { hostsWithRole } from "../../../components/config/model/hosts-with-role";
import { hostPort } from "../../../components/network/addresses";
import { ports as fixed } from "../../../components/network/ports";
import { namespace as traefikNamespace } from "../../ingress/traefik/arguments";
import { certificateDirectory } from "../shared/exporter-certificate";
import { namespace, nodeExporterPort, ports } from "../shared/ports-and-names";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Kubernetes' own components: their authority is checked, and a token of Prometheus' account shown. */
const verified = {
  scheme: "https",
  authorization: { credentials_file: `${account}/token` },
};
const authority = { ca_file: `${account}/ca.crt` };

/** Exporters of the add-on: both sides show certificates of the cluster's authority. */
const mutual = (server: string) => ({
  scheme: "https",
  tls_config: {
    ca_file: `${certificateDirectory}/ca.crt`,
    cert_file: `${certificateDirectory}/tls.crt`,
    key_file: `${certificateDirectory}/tls.key`,
    server_name: server,
  },
});

/** Histograms that no rule and no dashboard reads, and that are most of an API server's metrics. */
const unread =
  "(apiserver_(request_(sli_duration|body_size)|response_sizes|watch_(list|cache|events)\\w*|" +
  "flowcontrol\\w*|storage\\w*|admission\\w*|delegated\\w*)|etcd_request_duration|workqueue\\w*|" +
  "rest_client\\w*|authentication\\w*|authorization\\w*)\\w*_bucket";

const withoutUnread = {
  metric_relabel_configs: [{ source_labels: ["__name__"], regex: unread, action: "drop" }],
};

/**
 * What is scraped, and how. Hosts of the stack config stand in it by name and address, nodes
 * are found through the API: a foreign node that joined is among them.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 */
export function scrapeConfigs(config: ClusterConfig): readonly object[] {
  const hosts = (role: "etcd" | "control-plane", port: number) => ({
    static_configs: hostsWithRole(config.hosts, role).map((host) => target(host, port)),
  });
  const component = (name: string, port: number) => ({
    job_name: name,
    ...verified,
    tls_config: { ...authority, server_name: name },
    ...hosts("control-plane", port),
    ...withoutUnread,
  });
  return [
    { job_name: "etcd", ...hosts("etcd", fixed.etcdMetrics.port) },
    {
      job_name: "kube-apiserver",
      ...verified,
      tls_config: authority,
      ...hosts("control-plane", config.api.port),
      ...withoutUnread,
    },
    component("kube-controller-manager", fixed.controllerManager.port),
    component("kube-scheduler", fixed.scheduler.port),
    { job_name: "kubelet", ...verified, tls_config: authority, ...nodes(), ...withoutUnread },
    {
      job_name: "cadvisor",
      metrics_path: "/metrics/cadvisor",
      ...verified,
      tls_config: authority,
      ...nodes(),
      // slices and services of systemd: hundreds of series that nobody reads
      metric_relabel_configs: [
        { source_labels: ["id", "pod"], regex: "/.+;", action: "drop" },
        {
          source_labels: ["__name__"],
          regex: "container_(tasks_state|memory_failures_total|blkio.*|pressure.*)",
          action: "drop",
        },
      ],
    },
    { job_name: "kube-proxy", ...nodes(fixed.kubeProxyMetrics.port), ...withoutUnread },
    { job_name: "node-exporter", ...mutual("node-exporter"), ...nodes(nodeExporterPort.port) },
    {
      job_name: "kube-state-metrics",
      ...mutual("kube-state-metrics"),
      ...service("kube-state-metrics", ports.kubeStateMetrics),
    },
    { job_name: "coredns", ...pods("kube-system", "k8s-app=kube-dns", "metrics") },
    ...(config.addons.traefik.enabled ? [{ job_name: "traefik", ...traefikPods }] : []),
    {
      job_name: "prometheus",
      static_configs: [
        { targets: [`localhost:${ports.prometheus}`], labels: { instance: "prometheus" } },
      ],
    },
    { job_name: "alertmanager", ...service("alertmanager", ports.alertmanager) },
  ];
}

/** What is called by the same name in all jobs is easier to find than an address. */
function target(host: HostConfig, port: number): object {
  return {
    targets: [hostPort(host.internalAddress, port)],
    labels: { instance: host.name },
  };
}

function service(name: string, port: number): object {
  const targets = [`${name}.${namespace}.svc:${port}`];
  return { static_configs: [{ targets, labels: { instance: name } }] };
}

/** Every node at its kubelet's port, or at another one of the same address. */
function nodes(port?: number): object {
  return {
    kubernetes_sd_configs: [{ role: "node" }],
    relabel_configs: [
      { source_labels: ["__meta_kubernetes_node_name"], target_label: "instance" },
      ...(port === undefined
        ? []
        : [
            {
              source_labels: ["__address__"],
              regex: "(.+):\\d+",
              replacement: `$1:${port}`,
              target_label: "__address__",
            },
          ]),
    ],
  };
}

/** The pods of a namespace with a label, at the port of that name. */
function pods(podNamespace: string, label: string, port: string): object {
  return {
    kubernetes_sd_configs: [
      {
        role: "pod",
        namespaces: { names: [podNamespace] },
        selectors: [{ role: "pod", label }],
      },
    ],
    relabel_configs: [
      {
        source_labels: ["__meta_kubernetes_pod_container_port_name"],
        regex: port,
        action: "keep",
      },
      // a pod that has ended is no target that is down
      { source_labels: ["__meta_kubernetes_pod_phase"], regex: "Succeeded|Failed", action: "drop" },
      { source_labels: ["__meta_kubernetes_pod_name"], target_label: "instance" },
    ],
  };
}

const traefikPods = pods(traefikNamespace, "app.kubernetes.io/name=traefik", "internal");

import { toYaml } from "../../../components/text/yaml";

type Severity = "none" | "warning" | "critical";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: Severity; readonly job?: string };
  readonly annotations: { readonly summary: string };
}

/** A file of rules of Prometheus: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export function alertRules(): string {
  return toYaml({ groups });
}

function alert(
  name: string,
  severity: Severity,
  expr: string,
  lasting: string | undefined,
  summary: string,
): Alert {
  return {
    alert: name,
    expr,
    ...(lasting === undefined ? {} : { for: lasting }),
    labels: { severity },
    annotations: { summary },
  };
}

/** A component of which no instance answers. */
function absentComponent(name: string, job: string): Alert {
  const summary = `No ${job} answers.`;
  const rule = alert(name, "critical", `absent(up{job="${job}"} == 1)`, "2m", summary);
  return { ...rule, labels: { ...rule.labels, job } };
}

/** The share of an API server's answers that were its own fault. */
const errorRatio = (window: string) =>
  // without an error there is no series
  `(sum(rate(apiserver_request_total{job="kube-apiserver",code=~"5.."}[${window}])) or vector(0)) / ` +
  `sum(rate(apiserver_request_total{job="kube-apiserver"}[${window}]))`;

const recorded = (window: string) => `apiserver_request:error_ratio_rate${window}`;

/** Burns so fast that the month's budget of one error in a thousand ends in two days, or in five. */
const budgetBurn = (severity: Severity, factor: number, long: string, short: string) =>
  alert(
    "KubeApiErrorBudgetBurn",
    severity,
    `${recorded(long)} > ${factor} * 0.001 and ${recorded(short)} > ${factor} * 0.001`,
    "2m",
    `API servers fail {{ $value | humanizePercentage }} of all requests, ${factor} times what the month's budget allows.`,
  );

const writable = 'job="node-exporter",fstype!~"tmpfs|squashfs|overlay|fuse.*",mountpoint!=""';

const groups = [
  {
    name: "targets",
    rules: [
      alert(
        "TargetDown",
        "warning",
        "up == 0",
        "3m",
        "{{ $labels.job }} on {{ $labels.instance }} does not answer.",
      ),
      absentComponent("EtcdDown", "etcd"),
      absentComponent("KubeApiServerDown", "kube-apiserver"),
      absentComponent("KubeControllerManagerDown", "kube-controller-manager"),
      absentComponent("KubeSchedulerDown", "kube-scheduler"),
      absentComponent("CoreDnsDown", "coredns"),
      absentComponent("KubeStateMetricsDown", "kube-state-metrics"),
    ],
  },
  {
    name: "etcd",
    rules: [
      alert(
        "EtcdNoLeader",
        "critical",
        'etcd_server_has_leader{job="etcd"} == 0',
        "1m",
        "The etcd member {{ $labels.instance }} has no leader.",
      ),
      alert(
        "EtcdOneFailureLeft",
        "critical",
        // with one member less, or none, there is no quorum
        'sum(up{job="etcd"}) <= floor(count(up{job="etcd"}) / 2) + 1 and count(up{job="etcd"}) > sum(up{job="etcd"})',
        "3m",
        "etcd has {{ $value }} members left: it stops with the next failure, if it has not already.",
      ),
      alert(
        "EtcdQuotaNear",
        "warning",
        'etcd_mvcc_db_total_size_in_bytes{job="etcd"} / etcd_server_quota_backend_bytes{job="etcd"} > 0.8',
        "10m",
        "The database of etcd on {{ $labels.instance }} fills {{ $value | humanizePercentage }} of its quota; at 100% every write is refused.",
      ),
      alert(
        "EtcdSlowDisk",
        "warning",
        'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket{job="etcd"}[5m]))) > 0.5',
        "10m",
        "The disk of etcd on {{ $labels.instance }} takes {{ $value | humanizeDuration }} to write.",
      ),
    ],
  },
  {
    name: "api",
    rules: [
      ...["5m", "30m", "1h", "6h"].map((window) => ({
        record: recorded(window),
        expr: errorRatio(window),
      })),
      budgetBurn("critical", 14.4, "1h", "5m"),
      budgetBurn("warning", 6, "6h", "30m"),
      alert(
        "ClientCertificateExpiring",
        "warning",
        // of foreign clients, too; the shortest of a hundred counts
        'histogram_quantile(0.01, sum by (le) (rate(apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver"}[5m]))) < 7 * 24 * 3600',
        "10m",
        "A client of the API servers uses a certificate that expires in less than a week.",
      ),
    ],
  },
  {
    name: "nodes",
    rules: [
      alert(
        "NodeNotReady",
        "critical",
        'label_replace(sum by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0, "instance", "$1", "node", "(.*)")',
        "1m",
        "The node {{ $labels.node }} is not ready.",
      ),
      alert(
        "NodeUnderPressure",
        "warning",
        'kube_node_status_condition{condition=~".*Pressure",status="true"} == 1',
        "2m",
        "The node {{ $labels.node }} evicts pods: {{ $labels.condition }}.",
      ),
      alert(
        "DiskFull",
        "critical",
        `node_filesystem_avail_bytes{${writable}} / node_filesystem_size_bytes{${writable}} < 0.1`,
        "5m",
        "{{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left.",
      ),
      alert(
        "DiskFilling",
        "warning",
        `predict_linear(node_filesystem_avail_bytes{${writable}}[6h], 24 * 3600) < 0 and ` +
          `node_filesystem_avail_bytes{${writable}} / node_filesystem_size_bytes{${writable}} < 0.4`,
        "1h",
        "{{ $labels.mountpoint }} of {{ $labels.instance }} is full within a day at this rate.",
      ),
      alert(
        "VolumeFull",
        "warning",
        'kubelet_volume_stats_available_bytes{job="kubelet"} / kubelet_volume_stats_capacity_bytes{job="kubelet"} < 0.1',
        "5m",
        "The volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left.",
      ),
    ],
  },
  {
    name: "workloads",
    rules: [
      alert(
        "PodCrashLooping",
        "warning",
        'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1',
        "10m",
        "{{ $labels.namespace }}/{{ $labels.pod }}: {{ $labels.container }} crashes again and again.",
      ),
      alert(
        "DeploymentIncomplete",
        "warning",
        "kube_deployment_status_replicas_available < kube_deployment_spec_replicas",
        "15m",
        "{{ $labels.namespace }}/{{ $labels.deployment }} has {{ $value }} pods, and wants more.",
      ),
    ],
  },
  {
    name: "monitoring",
    rules: [
      alert(
        "Watchdog",
        "none",
        "vector(1)",
        undefined,
        "Always fires: when it stops, alerts don't arrive.",
      ),
      alert(
        "PrometheusSettingsRefused",
        "critical",
        "prometheus_config_last_reload_successful == 0",
        "5m",
        "Prometheus runs with old settings: it rejects the new ones.",
      ),
      alert(
        "RuleFails",
        "warning",
        "increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
        "10m",
        "Prometheus can't evaluate {{ $labels.rule_group }}.",
      ),
      alert(
        "AlertsNotSent",
        "critical",
        "rate(alertmanager_notifications_failed_total[5m]) > 0",
        "5m",
        "Alertmanager does not reach its receiver ({{ $labels.reason }}).",
      ),
    ],
  },
];

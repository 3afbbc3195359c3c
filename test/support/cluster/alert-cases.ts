/** A course of series, and the alerts that must fire at a time of it: none where the list is empty. */
export interface AlertCase {
  readonly claim: string;
  readonly series: Readonly<Record<string, string>>;
  readonly alert: string;
  /** How long the course has been running. */
  readonly after: string;
  /** Labels of each alert that fires. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

const day = 24 * 60;
const etcd = (name: string, instance = "e1") => `${name}{job="etcd",instance="${instance}"}`;
const disk = (name: string, mountpoint = "/") =>
  `node_filesystem_${name}_bytes{job="node-exporter",instance="w1",mountpoint="${mountpoint}",fstype="ext4"}`;
const requests = (code: string) =>
  `apiserver_request_total{job="kube-apiserver",instance="c1",code="${code}"}`;

/** Of each rule what makes it fire, and what does not although it looks like it. */
export const alertCases: readonly AlertCase[] = [
  {
    claim: "a target is down for long",
    series: { 'up{job="kubelet",instance="w1"}': "1 0x9" },
    alert: "TargetDown",
    after: "5m",
    fires: [{ severity: "warning", job: "kubelet", instance: "w1" }],
  },
  {
    claim: "a target is down for a short time",
    series: { 'up{job="kubelet",instance="w1"}': "1 0x9" },
    alert: "TargetDown",
    after: "3m",
    fires: [],
  },
  {
    claim: "one of two API servers answers",
    series: {
      'up{job="kube-apiserver",instance="c1"}': "0x9",
      'up{job="kube-apiserver",instance="c2"}': "1x9",
    },
    alert: "KubeApiServerDown",
    after: "5m",
    fires: [],
  },
  {
    claim: "no API server answers",
    series: { 'up{job="kube-apiserver",instance="c1"}': "0x9" },
    alert: "KubeApiServerDown",
    after: "5m",
    fires: [{ severity: "critical", job: "kube-apiserver" }],
  },
  {
    claim: "etcd has no leader",
    series: { [etcd("etcd_server_has_leader")]: "1x2 0x9" },
    alert: "EtcdNoLeader",
    after: "5m",
    fires: [{ severity: "critical", job: "etcd", instance: "e1" }],
  },
  {
    claim: "etcd elects a leader",
    series: { [etcd("etcd_server_has_leader")]: "1 1 0 1x9" },
    alert: "EtcdNoLeader",
    after: "5m",
    fires: [],
  },
  {
    claim: "one of three members of etcd is away",
    series: { [etcd("up", "e1")]: "0x9", [etcd("up", "e2")]: "1x9", [etcd("up", "e3")]: "1x9" },
    alert: "EtcdOneFailureLeft",
    after: "5m",
    fires: [{ severity: "critical" }],
  },
  {
    claim: "the only member of etcd is there",
    series: { [etcd("up")]: "1x9" },
    alert: "EtcdOneFailureLeft",
    after: "5m",
    fires: [],
  },
  {
    claim: "etcd fills 90 % of its quota",
    series: {
      [etcd("etcd_mvcc_db_total_size_in_bytes")]: "900x20",
      [etcd("etcd_server_quota_backend_bytes")]: "1000x20",
    },
    alert: "EtcdQuotaNear",
    after: "15m",
    fires: [{ severity: "warning", job: "etcd", instance: "e1" }],
  },
  {
    claim: "etcd fills 70 % of its quota",
    series: {
      [etcd("etcd_mvcc_db_total_size_in_bytes")]: "700x20",
      [etcd("etcd_server_quota_backend_bytes")]: "1000x20",
    },
    alert: "EtcdQuotaNear",
    after: "15m",
    fires: [],
  },
  {
    claim: "an hour of 2 % errors",
    series: { [requests("200")]: "0+98x70", [requests("500")]: "0+2x70" },
    alert: "KubeApiErrorBudgetBurn",
    after: "70m",
    fires: [{ severity: "critical" }, { severity: "warning" }],
  },
  {
    claim: "errors that have stopped",
    series: { [requests("200")]: "0+98x90", [requests("500")]: "0+2x30 60x60" },
    alert: "KubeApiErrorBudgetBurn",
    after: "90m",
    fires: [],
  },
  {
    claim: "clients' own mistakes",
    series: { [requests("200")]: "0+90x70", [requests("404")]: "0+10x70" },
    alert: "KubeApiErrorBudgetBurn",
    after: "70m",
    fires: [],
  },
  {
    claim: "a node is not ready",
    series: {
      'kube_node_status_condition{node="w1",condition="Ready",status="true"}': "1 0x9",
      'kube_node_status_condition{node="w2",condition="Ready",status="true"}': "1x9",
    },
    alert: "NodeNotReady",
    after: "5m",
    fires: [{ severity: "critical", node: "w1", instance: "w1" }],
  },
  {
    claim: "a disk has 5 % left",
    series: { [disk("avail")]: "5x9", [disk("size")]: "100x9" },
    alert: "DiskFull",
    after: "9m",
    fires: [
      {
        severity: "critical",
        job: "node-exporter",
        instance: "w1",
        mountpoint: "/",
        fstype: "ext4",
      },
    ],
  },
  {
    claim: "a disk that lasts for days",
    series: { [disk("avail")]: "3000-0.833x500", [disk("size")]: "10000x500" },
    alert: "DiskFilling",
    after: "480m",
    fires: [],
  },
  {
    claim: "a disk that is full in half a day",
    series: { [disk("avail")]: "6000-6x480", [disk("size")]: "10000x480" },
    alert: "DiskFilling",
    after: "480m",
    fires: [
      {
        severity: "warning",
        job: "node-exporter",
        instance: "w1",
        mountpoint: "/",
        fstype: "ext4",
      },
    ],
  },
  {
    claim: "a certificate ends within half of the window, another within a tenth, a third later",
    series: {},
    alert: "CertificateExpiring",
    after: "2m",
    fires: [
      { severity: "warning", certificate: "half" },
      { severity: "warning", certificate: "tenth" },
      { severity: "critical", certificate: "tenth" },
    ],
  },
  {
    claim: "nothing is wrong",
    series: {},
    alert: "Watchdog",
    after: "1m",
    fires: [{ severity: "none" }],
  },
];

/** Ends of certificates by name; courses start at the epoch, and the window of renewal is 30 days. */
export const certificateEnds: Readonly<Record<string, string>> = {
  half: minutesAfterEpoch(14 * day),
  later: minutesAfterEpoch(16 * day),
  tenth: minutesAfterEpoch(2 * day),
};

function minutesAfterEpoch(minutes: number): string {
  return new Date(minutes * 60_000).toISOString();
}

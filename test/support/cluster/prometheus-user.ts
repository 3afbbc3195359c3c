import type { LabCluster } from "../lab/lab-cluster";

/** A target as Prometheus tells it, as far as tests look at it. */
export interface Target {
  readonly labels: { readonly job: string; readonly instance: string };
  readonly scrapeUrl: string;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
}

interface Rule {
  readonly name: string;
  readonly health: "ok" | "err" | "unknown";
  readonly type: "alerting" | "recording";
  readonly lastError?: string;
}

/** One series of the answer to an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Somebody who asks a cluster's Prometheus through the API server. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export class PrometheusUser {
  constructor(private readonly cluster: LabCluster) {}

  async targets(): Promise<readonly Target[]> {
    const path = "targets?state=active";
    return (await this.asked<{ activeTargets: readonly Target[] }>(path)).activeTargets;
  }

  async rules(): Promise<readonly Rule[]> {
    const { groups } = await this.asked<{ groups: readonly { rules: readonly Rule[] }[] }>("rules");
    return groups.flatMap(({ rules }) => rules);
  }

  async query(expression: string): Promise<readonly Sample[]> {
    const path = `query?query=${encodeURIComponent(expression)}`;
    return (await this.asked<{ result: readonly Sample[] }>(path)).result;
  }

  private async asked<Data>(path: string): Promise<Data> {
    const service = "/api/v1/namespaces/monitoring/services/prometheus:http/proxy/api/v1";
    const answer = await this.cluster.kubectl("get", "--raw", `${service}/${path}`);
    return (JSON.parse(answer) as { data: Data }).data; // Prometheus' own format
  }
}

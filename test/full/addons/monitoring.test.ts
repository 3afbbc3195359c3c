import { dashboards } from "../../../addons/monitoring/grafana/dashboards";
import { addonCluster, expectNoChanges } from "../../support/cluster/addon-cluster";
import { AlertReceiver } from "../../support/servers/alert-receiver";
import { Browser } from "../../support/traffic/browser";
import { forwardedService } from "../../support/traffic/forwarded-service";
import { anonymousStatus, shellOn } from "../../support/lab/host-probes";
import { eventually, expectSuccess, finished, lab } from "../../support/lab/lab";
import { PrometheusUser } from "../../support/cluster/prometheus-user";
import { Visitor } from "../../support/traffic/web-traffic";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/monitoring.yaml";
const [o1, o2] = ["10.88.0.131", "10.88.0.132"];
const host = "sample.example.org";

// each test goes on from the cluster that the one before it left
describe("a cluster with monitoring", () => {
  const receiver = new AlertReceiver("/alerts?token=only-the-receiver-knows");
  beforeAll(() => receiver.start(9131));
  afterAll(() => receiver.stop());
  const { cluster, changed } = addonCluster("monitored", configFile, ["o1", "o2"]);
  const prometheus = new PrometheusUser(cluster);

  test(
    "asks each part of it for its metrics, and each answers",
    async () => {
      const asked = await eventually("all targets are up", 90, async () => {
        const targets = await prometheus.targets();
        const down = targets.filter(({ health }) => health !== "up");
        if (down.length > 0) throw new Error(JSON.stringify(down));
        return targets.length < allTargets.length ? undefined : targets;
      });
      const names = asked.map(({ labels }) => `${labels.job} ${labels.instance}`);
      const known = names.map((name) => name.replace(/ (coredns|traefik)-.*/, " <pod>"));
      expect(known.sort()).toEqual(allTargets);
    },
    3 * minutes,
  );

  test(
    "shows on its page of targets that all of them are up",
    async () => {
      const service = await forwardedService(cluster, "prometheus", "monitoring", 9090);
      const browser = await Browser.started();
      try {
        const jobs = allTargets.map((target) => target.replace(/ .*/, ""));
        const rows = [...new Set(jobs)].map((job) => {
          const { length } = jobs.filter((each) => each === job);
          return `${job}\n${length} / ${length} up`;
        });
        const page = `${service.address}/targets`;
        // it stays as it was when it was opened
        const { text } = await eventually("all targets are up", 60, () =>
          browser.look(page, rows, "targets"),
        );
        expect(text.match(/\d+ \/ \d+ up/g)).toHaveLength(rows.length);
      } finally {
        await browser.close();
        await service.end();
      }
    },
    3 * minutes,
  );

  test("reads over TLS what can be read over TLS", async () => {
    const plain = (await prometheus.targets())
      .filter(({ scrapeUrl }) => !scrapeUrl.startsWith("https://"))
      .map(({ labels }) => labels.job);
    const itself = ["alertmanager", "prometheus"];
    const others = ["coredns", "etcd", "kube-proxy", "traefik"];
    expect([...new Set(plain)].sort()).toEqual([...itself, ...others].sort());
  });

  test("serves metrics to nobody else, and lets Prometheus do nothing else", async () => {
    for (const port of [10257, 10259])
      expect(await anonymousStatus(`https://${o1}:${port}/metrics`)).toMatch(/40[13]/);
    // no answer at all without a certificate
    expect(await anonymousStatus(`https://${o2}:9100/metrics`)).toBe("000");
    // nor with one of the same authority that is not Prometheus'
    const pair = "--cert /var/lib/kubelet/pki/kubelet.crt --key /var/lib/kubelet/pki/kubelet.key";
    const curl = `curl -sk --max-time 5 -o /dev/null -w "%{http_code}" ${pair}`;
    expect(await shellOn("o2", `${curl} https://${o2}:10250/healthz || true`)).not.toBe("000");
    expect(await shellOn("o2", `${curl} https://${o2}:9100/metrics || true`)).toBe("000");
    expect(await rights("prometheus", "get nodes --subresource=metrics")).toBe("yes");
    for (const [account, action] of [
      ["prometheus", "get nodes --subresource=proxy"],
      ["prometheus", "list pods"],
      ["prometheus", "list secrets"],
      ["kube-state-metrics", "list secrets"],
      ["kube-state-metrics", "list configmaps"],
      ["default", "get nodes --subresource=metrics"],
    ] as const)
      expect([account, action, await rights(account, action)]).toEqual([account, action, "no"]);
  });

  test("judges by rules that it understands, with the ends of all certificates", async () => {
    const rules = await eventually("every rule has been judged", 90, async () => {
      const all = await prometheus.rules();
      return all.every(({ health }) => health !== "unknown") ? all : undefined;
    });
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    expect(rules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Watchdog", "NodeNotReady", "EtcdNoLeader", "CertificateExpiring"]),
    );
    const ends = await prometheus.query("plinth_certificate_end_timestamp_seconds - time()");
    expect(ends.map(({ metric }) => metric.certificate)).toEqual(
      expect.arrayContaining(["cluster-ca", "etcd-server-o1", "kubelet-o2", "scheduler"]),
    );
    // made less than an hour ago, for as long as the config's own words say
    const hours = (name = "") => (name.endsWith("-ca") ? 87_600 : 8760);
    for (const { metric, value } of ends) {
      const whole = hours(metric.certificate);
      const left = Number(value[1]) / 3600;
      expect({ metric, left, kept: left > whole - 1 && left <= whole }).toMatchObject({
        kept: true,
      });
    }
  });

  test(
    "answers every query of every dashboard with data",
    async () => {
      const shown = dashboards({ traefik: { enabled: true } });
      const panels = shown.flatMap(({ title, panels }) =>
        panels.map((panel) => ({ ...panel, title: `${title}: ${panel.title}` })),
      );
      const queries = panels.flatMap(({ title, queries }) =>
        queries.map(({ expr }) => ({ title, expr: expr.replaceAll("$interval", "1m") })),
      );
      expect(queries.length).toBeGreaterThan(40);
      const { failures } = await new Visitor(host, [o2]).during(async () => {
        for (const { title, expr } of queries)
          await eventually(`${title} has data: ${expr}`, 60, async () => {
            const values = (await prometheus.query(expr)).map(({ value }) => Number(value[1]));
            return values.some((value) => Number.isFinite(value)) ? true : undefined;
          });
      });
      expect(failures).toEqual([]);
    },
    5 * minutes,
  );

  test(
    "takes Grafana's objects, dashboards of the user's among them: the API server refuses none",
    async () => {
      const withGrafana = changed((raw) => {
        const grafana = { enabled: true, dashboards: ["test/support/dashboards"] };
        (raw.addons as Addons).monitoring.grafana = grafana;
      });
      // of what would be created, a preview asks the API server for a dry run
      const preview = await withGrafana.pulumi("preview", "--diff");
      expectSuccess(preview);
      expect(preview.output).toMatch(/\+ 8 to create\n/);
      expect(preview.output).not.toMatch(/warning|would violate/i);
      expect(preview.output).not.toMatch(/\d+ to (update|delete|replace)/);
    },
    2 * minutes,
  );

  test(
    "tells the receiver when a node dies, and when it is back",
    async () => {
      await eventually("the way to the receiver works", 120, () =>
        Promise.resolve(receiver.told("firing", { alertname: "Watchdog" })),
      );
      await lab("kill", "o2");
      const dead = { alertname: "NodeNotReady", node: "o2", severity: "critical" };
      // 50 s until Kubernetes gives it up, a minute until the alert fires, and what it takes to tell
      await eventually("the receiver knows that the node is dead", 200, () =>
        Promise.resolve(receiver.told("firing", dead)),
      );
      await lab("start", "o2");
      await eventually("the receiver knows that the node lives", 300, () =>
        Promise.resolve(receiver.told("resolved", dead)),
      );
    },
    12 * minutes,
  );

  test("shows the receiver's address to nobody who may not read Secrets", async () => {
    const objects = await cluster.kubectl("get", "configmaps,deployments,pods", "-A", "-o", "json");
    expect(objects).not.toContain("only-the-receiver-knows");
    const secret = ["get", "secret", "alertmanager-receiver", "-n", "monitoring", "-o", "name"];
    expect(await cluster.kubectl(...secret)).toBe("secret/alertmanager-receiver");
  });

  test("is left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "loses all of it, its open ports too, when it is switched off",
    async () => {
      const without = changed((raw) => {
        (raw.addons as Addons).monitoring.enabled = false;
      });
      expectSuccess(await without.up());
      const kinds = "namespaces,clusterroles,clusterrolebindings,roles,rolebindings";
      const left = await cluster.kubectl("get", kinds, "-A", "-o", "name");
      expect(left).not.toMatch(/\/monitoring|prometheus|kube-state-metrics/);
      await eventually("the provisioner has cleared the volume", 60, async () =>
        (await cluster.kubectl("get", "pv", "-o", "name")) === "" ? true : undefined,
      );
      for (const url of [`https://${o1}:10257/healthz`, `http://${o1}:2381/metrics`])
        expect(await anonymousStatus(url)).toBe("000");
      for (const port of [9100, 10249])
        expect(await anonymousStatus(`http://${o2}:${port}/metrics`)).toBe("000");
    },
    5 * minutes,
  );

  async function rights(account: string, action: string): Promise<string> {
    const as = ["--as", `system:serviceaccount:monitoring:${account}`, "--all-namespaces"];
    const command = ["auth", "can-i", ...action.split(" "), ...as];
    // where the answer is no, it ends with another status
    const kubectl = ["dist/lab.js", "kubectl", "--kubeconfig", cluster.kubeconfig, ...command];
    return (await finished("node", kubectl)).stdout.trim();
  }
});

interface Addons {
  readonly monitoring: { enabled: boolean; grafana: object };
}

const allTargets = [
  "alertmanager alertmanager",
  "cadvisor o1",
  "cadvisor o2",
  "coredns <pod>",
  "etcd o1",
  "kube-apiserver o1",
  "kube-controller-manager o1",
  "kube-proxy o1",
  "kube-proxy o2",
  "kube-scheduler o1",
  "kube-state-metrics kube-state-metrics",
  "kubelet o1",
  "kubelet o2",
  "node-exporter o1",
  "node-exporter o2",
  "prometheus prometheus",
  "traefik <pod>",
];

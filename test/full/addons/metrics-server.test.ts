import { addonCluster, expectNoChanges, onlyDeletions } from "../../support/cluster/addon-cluster";
import { eventually } from "../../support/lab/lab";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/metrics-server.yaml";
const hosts = ["m1", "m2"];

// each test goes on from the cluster that the one before it left
describe("a cluster with metrics-server", () => {
  const { cluster, user, changed } = addonCluster("metrics", configFile, hosts);

  test(
    "tells what nodes and pods use, and neither its certificate nor those of kubelets go unchecked",
    async () => {
      const nodes = await eventually("the nodes' use is known", 90, () =>
        cluster.kubectl("top", "nodes", "--no-headers"),
      );
      for (const host of hosts) expect(nodes).toMatch(new RegExp(`^${host} +\\d+m +`, "m"));
      const pods = await cluster.kubectl("top", "pods", "--no-headers", "-n", "kube-system");
      expect(pods).toMatch(/^coredns-\S+ +\d+m +\d+Mi/m);
      const service = ["get", "apiservice", "v1beta1.metrics.k8s.io", "-o"];
      expect(await cluster.kubectl(...service, "jsonpath={.spec.insecureSkipTLSVerify}")).toBe("");
      expect(await cluster.kubectl(...service, "jsonpath={.spec.caBundle}")).not.toBe("");
      const deployment = ["get", "deployment", "metrics-server", "-n", "kube-system", "-o"];
      const path = "jsonpath={.spec.template.spec.containers[0].args}";
      const args = JSON.parse(await cluster.kubectl(...deployment, path)) as string[]; // kubectl prints a list as JSON
      const given = (flag: string) => args.filter((arg) => arg.startsWith(`--${flag}`));
      // it checks kubelets against their authority, and serves the API server with a certificate of its own
      expect(given("kubelet-certificate-authority=")).toHaveLength(1);
      expect(given("kubelet-insecure-tls")).toEqual([]);
      expect(given("tls-cert-file=")).toHaveLength(1);
    },
    3 * minutes,
  );

  test(
    "lets a HorizontalPodAutoscaler scale up under load and down again",
    async () => {
      await user.apply(worker, autoscaler);
      await eventually("a second pod is there", 240, () => replicas(2));
      await eventually("both pods have nothing to do any more", 60, async () => {
        const pods = await cluster.kubectl("get", "pods", "-l", "app=load", "-o", "name");
        for (const pod of pods.split("\n"))
          await cluster.kubectl("exec", pod, "--", "rm", "-f", "/tmp/busy");
        return pods.split("\n").length === 2 ? true : undefined;
      });
      await eventually("one pod is left", 240, () => replicas(1));
    },
    10 * minutes,
  );

  test("is left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "loses all of it, and nothing else, when it is switched off",
    async () => {
      const without = changed((raw) => {
        (raw.addons as Addons).metricsServer.enabled = false;
      });
      expect(onlyDeletions(await without.up())).toBe(14);
      const kinds =
        "apiservices,clusterroles,clusterrolebindings,deployments,services,secrets,rolebindings";
      expect(await cluster.kubectl("get", kinds, "-A", "-o", "name")).not.toContain("metrics");
    },
    3 * minutes,
  );

  async function replicas(count: number): Promise<true | undefined> {
    const path = "jsonpath={.status.readyReplicas}";
    const ready = await cluster.kubectl("get", "deployment", "load", "-o", path);
    return ready === String(count) ? true : undefined;
  }
});

interface Addons {
  readonly metricsServer: { enabled: boolean };
}

const labels = { app: "load" };

/** Busy from its start until somebody takes /tmp/busy away. */
const worker = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "load", namespace: "default" },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: "load",
            image: "docker.io/library/busybox:1.37.0",
            command: ["sh", "-c", "touch /tmp/busy; while :; do [ -e /tmp/busy ] || sleep 1; done"],
            resources: { requests: { cpu: "50m" }, limits: { cpu: "100m", memory: "32Mi" } },
          },
        ],
      },
    },
  },
};

const autoscaler = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "load", namespace: "default" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "load" },
    minReplicas: 1,
    maxReplicas: 2,
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
      },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
  },
};

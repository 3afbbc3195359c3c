import { addonCluster, expectNoChanges, onlyDeletions } from "../../support/cluster/addon-cluster";
import { anonymousStatus } from "../../support/lab/host-probes";
import { eventually, expectSuccess } from "../../support/lab/lab";
import type { LabCluster } from "../../support/lab/lab-cluster";
import { Visitor, type Visits } from "../../support/traffic/web-traffic";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/ingress.yaml";
const workers = ["10.88.0.102", "10.88.0.103"];

// each test goes on from the cluster that the one before it left
describe("a cluster with Traefik and the sample application", () => {
  const { cluster, user, changed } = addonCluster("ingress", configFile, ["n1", "n2", "n3"]);
  const visitor = new Visitor("sample.example.org", workers);

  test(
    "leads its host name from every worker to both pods, which run on different nodes",
    async () => {
      for (const worker of workers) {
        const pages = await pagesOf(new Visitor("sample.example.org", [worker]));
        expect(new Set(pages.map((page) => /Pod <b>(.*?)<\/b>/.exec(page)?.[1])).size).toBe(2);
        expect(new Set(pages.map((page) => /node <b>(.*?)<\/b>/.exec(page)?.[1]))).toEqual(
          new Set(["n2", "n3"]),
        );
      }
      expect(await anonymousStatus("http://10.88.0.101")).toBe("000");
    },
    2 * minutes,
  );

  test(
    "leads a host name of an HTTPRoute there, too",
    async () => {
      await user.apply(gateway, route);
      const page = await new Visitor("route.example.org", workers).pageWithin(30);
      expect(page).toContain("It works");
    },
    2 * minutes,
  );

  test("is left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "loses no request when one of the application's pods is deleted",
    async () => {
      const pods = ["pods", "-n", "sample-app"];
      const visits = await visitor.during(async () => {
        const [pod = ""] = (await cluster.kubectl("get", ...pods, "-o", "name")).split("\n");
        await cluster.kubectl("delete", "-n", "sample-app", pod);
        await eventually("two pods are ready again, and the old one is gone", 60, async () => {
          const phases = await cluster.kubectl("get", ...pods, "--no-headers");
          return phases.match(/ 1\/1 +Running /g)?.length === 2 && !phases.includes("Terminating")
            ? true
            : undefined;
        });
      });
      expectNoFailure(visits);
    },
    3 * minutes,
  );

  test(
    "loses no request on its node ports when Traefik itself is changed",
    async () => {
      const onNodePorts = { enabled: true, gateway: true, exposure: "nodePorts" };
      expectSuccess(await withAddons({ traefik: onNodePorts }).up());
      // a node that runs no Traefik
      const balancer = new Visitor("sample.example.org:30080", ["10.88.0.101"]);
      await balancer.pageWithin(30);
      const before = await traefikPods();
      const visits = await balancer.during(async () => {
        expectSuccess(await withAddons({ traefik: { ...onNodePorts, accessLog: true } }).up());
        await eventually("all of Traefik's pods are others", 60, async () => {
          const now = await traefikPods();
          return now.length === 2 && !now.some((pod) => before.includes(pod)) ? true : undefined;
        });
      });
      expectNoFailure(visits);
    },
    5 * minutes,
  );

  test(
    "is not switched off while others have objects of its kinds, and is told which",
    async () => {
      const up = await withAddons({ traefik: {}, sampleApp: {} }).up();
      expect(up.output).toContain("definitions that are about to be deleted have objects");
      expect(up.status).not.toBe(0);
      expect(up.output).toContain("Gateway.gateway.networking.k8s.io default/front");
      expect(up.output).toContain("HTTPRoute.gateway.networking.k8s.io sample-app/route");
      expect(up.output).not.toContain("GatewayClass.gateway.networking.k8s.io traefik");
      expect(up.output).not.toMatch(/\d+ deleted/);
      expect(await cluster.kubectl("get", "gateways", "-A", "-o", "name")).toContain("front");
    },
    2 * minutes,
  );

  test(
    "loses all of it, and nothing else, when it is switched off",
    async () => {
      await cluster.kubectl("delete", "gateway/front", "-n", "default");
      await cluster.kubectl("delete", "httproute/route", "-n", "sample-app");
      const up = await withAddons({ traefik: {}, sampleApp: {} }).up();
      expect(onlyDeletions(up)).toBe(25);
      const kinds =
        "namespaces,clusterroles,clusterrolebindings,ingressclasses,customresourcedefinitions";
      const left = await cluster.kubectl("get", kinds, "-o", "name");
      expect(left).not.toMatch(/traefik|sample-app|gateway/);
    },
    3 * minutes,
  );

  /** The cluster with these add-ons in place of its own. */
  function withAddons(addons: Readonly<Record<string, object>>): LabCluster {
    return changed((raw) => {
      Object.assign(raw.addons as object, addons); // as the stack config has it
    });
  }

  async function traefikPods(): Promise<readonly string[]> {
    const selector = ["-n", "traefik", "-l", "app.kubernetes.io/name=traefik"];
    return (await cluster.kubectl("get", "pods", ...selector, "-o", "name")).split("\n");
  }
});

function expectNoFailure({ requests, failures }: Visits): void {
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
}

/** A Gateway in one namespace, and a route in that of the application it leads to. */
const gateway = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "front", namespace: "default" },
  spec: {
    gatewayClassName: "traefik",
    listeners: [
      { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } },
    ],
  },
};

const route = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "route", namespace: "sample-app" },
  spec: {
    parentRefs: [{ name: "front", namespace: "default" }],
    hostnames: ["route.example.org"],
    rules: [{ backendRefs: [{ name: "sample-app", port: 80 }] }],
  },
};

/** What ten requests in a row get. */
async function pagesOf(visitor: Visitor): Promise<readonly string[]> {
  await visitor.pageWithin(30);
  const pages: string[] = [];
  while (pages.length < 10) pages.push(await visitor.page());
  return pages;
}

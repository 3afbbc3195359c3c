import { addonCluster, expectNoChanges, onlyDeletions } from "../../support/cluster/addon-cluster";
import { BgpRouter } from "../../support/servers/bgp-router";
import { eventually, lab } from "../../support/lab/lab";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/load-balancer.yaml";
const workers = ["l2", "l3"];
const hosts = ["l1", ...workers];
const addresses = ["10.88.0.111", "10.88.0.112", "10.88.0.113"];

// each test goes on from the cluster that the one before it left
describe("a cluster with MetalLB", () => {
  const { cluster, user, changed } = addonCluster("load-balancer", configFile, hosts);
  const router = new BgpRouter("10.88.0.249", 64501);

  beforeAll(() => router.start(64500, addresses), minutes);
  afterAll(() => router.stop());

  test(
    "gives a service of type LoadBalancer an address of its pool, which answers outside of the cluster",
    async () => {
      await user.apply(...workers.map(server), service("LoadBalancer", 80, {}));
      const address = await eventually("the service has an address", 60, balancerAddress);
      expect(address).toMatch(/^10\.88\.0\.24[0-3]$/);
      await eventually("it answers", 30, () => answer(address, 80));
    },
    3 * minutes,
  );

  test(
    "tells a router by BGP which nodes lead to an address of another pool",
    async () => {
      const annotations = { "metallb.io/address-pool": "routed" };
      await user.apply(service("LoadBalancer", 80, {}, "routed", annotations));
      const page = await eventually("the address answers behind the router", 60, () =>
        router.page("http://198.51.100.0/"),
      );
      expect(page).toMatch(/l[23]/);
      expect(await router.nextHops("198.51.100.0")).toEqual(addresses);
    },
    2 * minutes,
  );

  test(
    "leaves external IPs of services, here a node's own, to the nodes",
    async () => {
      await user.apply(service("ClusterIP", 8088, { externalIPs: ["10.88.0.112"] }));
      await eventually("it answers", 30, () => answer("10.88.0.112", 8088));
    },
    2 * minutes,
  );

  test("is left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "moves the address to another node when the one that announces it dies",
    async () => {
      const address = (await balancerAddress()) ?? "";
      const announcer = await eventually("a node announces it", 30, announcingNode);
      const [survivor = ""] = workers.filter((name) => name !== announcer);
      await lab("kill", announcer);
      const since = Date.now();
      // answers of the dead node's pod are missing until Kubernetes notices; one of the other's will do
      const said = await eventually("it answers again", 60, () => answer(address, 80));
      const seconds = (Date.now() - since) / 1000;
      expect(said).toContain(survivor);
      expect(await announcingNode()).not.toBe(announcer);
      expect(seconds).toBeLessThan(30);
      process.stdout.write(
        `the address of ${announcer} answers again after ${seconds.toFixed(1)} s\n`,
      );
      await lab("start", announcer);
      for (const namespace of ["kube-flannel", "metallb-system"])
        await eventually(`${namespace} is back`, 120, () => daemonIsBack(namespace, announcer));
    },
    5 * minutes,
  );

  test(
    "loses all of it, and nothing else, when the pools leave the stack config",
    async () => {
      const without = changed((raw) => {
        delete (raw.addons as { metallb?: object }).metallb;
      });
      expect(onlyDeletions(await without.up())).toBeGreaterThan(0);
      const kinds =
        "customresourcedefinitions,namespaces,clusterroles,clusterrolebindings,validatingwebhookconfigurations";
      expect(await cluster.kubectl("get", kinds, "-o", "name")).not.toContain("metallb");
    },
    3 * minutes,
  );

  async function balancerAddress(): Promise<string | undefined> {
    const path = "jsonpath={.status.loadBalancer.ingress[0].ip}";
    const address = await cluster.kubectl("get", "service", "web-loadbalancer", "-o", path);
    return address === "" ? undefined : address;
  }

  /** Whether the pod of a DaemonSet has been started anew on a node. */
  async function daemonIsBack(namespace: string, node: string): Promise<true | undefined> {
    const status = await cluster.kubectl(
      ...["get", "pods", "-n", namespace, "--field-selector", `spec.nodeName=${node}`],
      ...["-l", "component!=controller", "-o"],
      "jsonpath={range .items[*].status.containerStatuses[*]}{.restartCount} {.ready}{end}",
    );
    return /^[1-9]\d* true$/.test(status) ? true : undefined;
  }

  async function announcingNode(): Promise<string | undefined> {
    const statuses = ["get", "servicel2statuses.metallb.io", "-n", "metallb-system"];
    const node = await cluster.kubectl(...statuses, "-o", "jsonpath={.items[*].status.node}");
    return workers.includes(node) ? node : undefined;
  }
});

/** What answers on the outside of the cluster, where the operator is. */
async function answer(address: string, port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${address}:${port}/`, {
      signal: AbortSignal.timeout(1000),
      headers: { connection: "close" },
    });
    return await response.text();
  } catch {
    return undefined;
  }
}

const labels = { app: "web" };

/** A web server on one node, which answers with its name. */
function server(node: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `web-${node}`, namespace: "default", labels },
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "web",
          image: "docker.io/plinth-lab/smoke:1",
          env: [{ name: "NODE_NAME", value: node }],
        },
      ],
    },
  };
}

function service(
  type: string,
  port: number,
  more: object,
  name = type.toLowerCase(),
  annotations = {},
): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `web-${name}`, namespace: "default", annotations },
    spec: { type, selector: labels, ports: [{ port, targetPort: 8080 }], ...more },
  };
}

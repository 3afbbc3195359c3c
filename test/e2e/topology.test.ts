import { unitInvocations } from "../support/cluster/cluster-probes";
import {
  anonymousStatus,
  commandLine,
  nodeValues,
  onEach,
  restarts,
  shellOn,
  storedValue,
} from "../support/lab/host-probes";
import { hostInventory, inventoryChanges } from "../support/lab/host-inventory";
import { eventually, expectSuccess } from "../support/lab/lab";
import { LabCluster } from "../support/lab/lab-cluster";
import { minutes } from "../support/text/durations";

const mib = 2 ** 20;

// each test goes on from the cluster that the one before it left
describe("a cluster with etcd on a host of its own, a small control plane that is no node, and a virtual address", () => {
  const hosts = ["e1", "c1", "n1", "n2"];
  const workers = ["n1", "n2"];
  const cluster = new LabCluster("topology", "test/support/stacks/topology.yaml", hosts);
  const api = "https://10.88.0.50:6443";
  let inventories: Readonly<Record<string, readonly string[]>>;

  beforeAll(async () => {
    await cluster.remove(); // what an earlier run that was cut off left
    await cluster.boot("c1=1G", "n1=1G", "n2=1G");
    inventories = await onEach(hosts, hostInventory);
  }, 5 * minutes);
  afterAll(() => cluster.remove(), 2 * minutes);

  test(
    "is made by one up, through a login that needs sudo",
    async () => {
      const up = await cluster.up();
      expectSuccess(up);
      await cluster.writeKubeconfig();
      expect((await nodeValues(cluster, "{.metadata.name}")).sort()).toEqual(workers);
    },
    10 * minutes,
  );

  test(
    "serves its users from a control plane of 1 GiB, no component of which was killed",
    async () => {
      await eventually("the smoke check passes", 120, async () => {
        await cluster.smoke();
        return true;
      });
      expect(await shellOn("c1", "awk '/MemTotal/ {print $2}' /proc/meminfo")).toBe("1048576");
      expect(await restarts("c1")).toEqual(new Set(["0"]));
    },
    5 * minutes,
  );

  test(
    "is left alone by a second run: no change, no unit restarted",
    async () => {
      const before = await onEach(hosts, unitInvocations);
      const second = await cluster.up();
      expectSuccess(second);
      expect(second.output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
      expect(await onEach(hosts, unitInvocations)).toEqual(before);
    },
    5 * minutes,
  );

  test("answers on its virtual address from outside, with a certificate for it", async () => {
    expect(await cluster.kubectl("get", "--raw", "/readyz")).toBe("ok");
    expect(await cluster.kubectl("config", "view", "-o", "jsonpath={..server}")).toBe(api);
  });

  test("gives anonymous requests health endpoints and nothing else", async () => {
    const paths = ["/livez", "/readyz", "/healthz", "/api", "/version", "/metrics", "/openapi/v2"];
    expect(await onEach(paths, (path) => anonymousStatus(api + path))).toEqual({
      "/livez": "200",
      "/readyz": "200",
      "/healthz": "200",
      "/api": "401",
      "/version": "401",
      "/metrics": "401",
      "/openapi/v2": "401",
    });
  });

  test.each([
    ["e1", "etcd", "--auto-compaction-retention=1h"],
    ["c1", "kube-apiserver", "--goaway-chance=0.001"],
    ["c1", "kube-controller-manager", "--kube-api-qps=25"],
    ["c1", "kube-scheduler", "--kube-api-qps=60"],
    ["n1", "kubelet", "--max-open-files=200000"],
    ["n2", "kube-proxy", "--v=3"],
  ])("on %s, %s runs with its extra argument %s", async (host, unit, argument) => {
    expect(await commandLine(host, unit)).toContain(argument);
  });

  test("leaves 600 MiB or more of a worker of 1 GiB to pods", async () => {
    const memory = "{.metadata.name} {.status.capacity.memory} {.status.allocatable.memory}";
    for (const row of await nodeValues(cluster, memory)) {
      const [name, capacity = "", allocatable = ""] = row.split(" ");
      expect({ name, capacity }).toEqual({ name, capacity: "1Gi" });
      expect(mebibytes(allocatable)).toBeGreaterThanOrEqual(600);
    }
  });

  test("has nodes with the labels and taints of the stack config", async () => {
    const labels =
      "{.metadata.name} {.metadata.labels.example\\.org/rack} {.metadata.labels.example\\.org/disk}";
    expect((await nodeValues(cluster, labels)).sort()).toEqual(["n1 r1 ", "n2 r2 ssd"]);
    const taints = await nodeValues(cluster, "{.metadata.name} {.spec.taints[*].key}");
    expect(taints.sort()).toEqual(["n1 ", "n2 example.org/batch"]);
  });

  test("routes services by iptables and pods through their hosts", async () => {
    const rules = await onEach(workers, (host) => shellOn(host, "iptables-save -t nat"));
    const routes = await onEach(workers, (host) => shellOn(host, "ip route"));
    expect(rules.n1).toContain("-A KUBE-SERVICES -d 10.101.0.1/32");
    expect(routes.n1).toMatch(/10\.100\.\d+\.\d+\/25 via 10\.88\.0\.54 dev eth0/);
    expect(routes.n2).toMatch(/10\.100\.\d+\.\d+\/25 via 10\.88\.0\.53 dev eth0/);
  });

  test.each(["e1", "c1"])(
    "leaves %s, which is no node, without a container runtime",
    async (host) => {
      const found =
        "ls -d /usr/local/bin/containerd* /usr/local/bin/runc /usr/local/bin/kubelet /opt/cni " +
        "/etc/containerd /var/lib/containerd /etc/systemd/system/containerd.service 2>/dev/null; true";
      expect(await shellOn(host, found)).toBe("");
      expect(await shellOn("n1", found)).toContain("/usr/local/bin/kubelet");
    },
  );

  test("keeps secrets encrypted in etcd and out of the audit log", async () => {
    const value = `topology-${String(process.pid)}-value`;
    await cluster.kubectl("create", "secret", "generic", "sealed", `--from-literal=key=${value}`);
    const secret = JSON.parse(await cluster.kubectl("get", "secret", "sealed", "-o", "json")) as {
      data: { key: string };
    }; // Kubernetes' own format
    expect(Buffer.from(secret.data.key, "base64").toString()).toBe(value);

    const stored = await storedValue("e1", "/registry/secrets/default/sealed");
    expect(stored).toContain("k8s:enc:secretbox:v1:");
    expect(stored).not.toContain(value);

    const audit = await shellOn("c1", "cat /var/log/kubernetes/audit/audit.log");
    expect(audit).toContain('"resource":"secrets","namespace":"default","name":"sealed"');
    expect(audit).not.toContain(value);
    expect(audit).not.toContain(secret.data.key);
  });

  test(
    "leaves its hosts after destroy as they were before: files, users, units, mounts, interfaces, rules, processes",
    async () => {
      expectSuccess(await cluster.destroy());
      const after = await onEach(hosts, hostInventory);
      const changes = hosts.map((host) => [
        host,
        inventoryChanges(inventories[host] ?? [], after[host] ?? []),
      ]);
      expect(changes).toEqual(hosts.map((host) => [host, []]));
    },
    5 * minutes,
  );
});

/** Mebibytes of a quantity such as `674Mi` or `690176Ki`. */
function mebibytes(quantity: string): number {
  const [, number, unit] = /^(\d+)(Ki|Mi|Gi|)$/.exec(quantity) ?? [];
  const bytes = { "": 1, Ki: 2 ** 10, Mi: mib, Gi: 2 ** 30 }[unit ?? "?"];
  if (bytes === undefined) throw new Error(`not a quantity of memory: ${quantity}`);
  return (Number(number) * bytes) / mib;
}

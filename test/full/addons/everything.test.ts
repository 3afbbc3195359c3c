import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterUser } from "../../support/cluster/cluster-user";
import { eventually, expectSuccess, lab } from "../../support/lab/lab";
import { LabCluster } from "../../support/lab/lab-cluster";
import { type RawCluster, StackCopies } from "../../support/stacks/stack-copies";
import { writeChart } from "../../support/servers/test-chart";
import { Visitor } from "../../support/traffic/web-traffic";
import { minutes } from "../../support/text/durations";

const original = "test/support/stacks/everything.yaml";
const host = "sample.example.org";

/** A rule of somebody's, which keeps Prometheus as it is. */
const policy = "no-changes-of-prometheus";
const reason = "not on a Sunday";
const refusal = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: policy },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ["apps"],
            apiVersions: ["v1"],
            operations: ["UPDATE"],
            resources: ["deployments"],
          },
        ],
      },
      // a preview asks, too, and one that fails keeps everything from being touched
      validations: [
        { expression: "request.dryRun || object.metadata.name != 'prometheus'", message: reason },
      ],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: policy },
    spec: { policyName: policy, validationActions: ["Deny"] },
  },
] as const;

// each test goes on from the cluster that the one before it left
describe("a cluster with every add-on", () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-everything-"));
  const copies = new StackCopies();
  const files = {
    none: copies.stack(original, (raw) => {
      raw.addons = { coredns: { replicas: 1 } };
    }),
    all: copies.stack(original, withChart),
    changed: copies.stack(original, (raw) => {
      withChart(raw);
      const addons = raw.addons as Record<string, Record<string, unknown>>;
      Object.assign(addons.monitoring ?? {}, { memoryLimit: "704Mi" });
      Object.assign(addons.sampleApp ?? {}, { host: `new.${host}` });
      Object.assign(addons.metallb?.pools ?? {}, { more: { addresses: ["10.88.0.248/32"] } });
    }),
  };
  const cluster = new LabCluster("everything", files.all, ["e1", "e2", "e3"]);
  const user = new ClusterUser(cluster);
  /** The same cluster as another stack config says. */
  const as = (file: keyof typeof files) => new LabCluster(cluster.stack, files[file], []);
  let bare: readonly string[] = [];

  function withChart(raw: RawCluster): void {
    raw.charts = { greeter: { chart: writeChart(folder, "1.0.0") } };
  }

  beforeAll(async () => {
    await cluster.remove(); // what an earlier run that was cut off left
    await lab("serve", "--stack", files.all);
    await cluster.boot();
    expectSuccess(await as("none").up());
    await cluster.writeKubeconfig();
    bare = await objects();
  }, 30 * minutes);
  afterAll(async () => {
    await cluster.remove();
    copies.remove();
    user.end();
    rmSync(folder, { recursive: true });
  }, 2 * minutes);

  test(
    "gets all of them in one run",
    async () => {
      expectSuccess(await cluster.up());
      expect(await addressOfTraefik()).toMatch(/^10\.88\.0\.24[4-7]$/);
      expect(await pageAt(host)).toContain("It works");
    },
    10 * minutes,
  );

  test(
    "is left alone by a second run",
    async () => {
      const up = await cluster.up();
      expectSuccess(up);
      expect(up.output).toMatch(/Resources:\n +\d+ unchanged\n/);
    },
    3 * minutes,
  );

  test(
    "has all else changed, and names the add-on, when a change of one is refused",
    async () => {
      await user.apply(...refusal);
      try {
        await eventually("changes of Prometheus are refused", 60, async () => {
          const touched = await touchPrometheus();
          return touched.includes(reason) ? true : undefined;
        });
        const refused = await as("changed").plinth("up", "--yes", "--parallel", "64");
        expect(refused.status).not.toBe(0);
        expect(refused.output).toMatch(new RegExp(`everything-monitoring-prometheus[^]*${reason}`));
        expect(await pageAt(`new.${host}`)).toContain("It works");
        const pools = await cluster.kubectl("get", "ipaddresspools", "-A", "-o", "name");
        expect(pools).toContain("/more");
      } finally {
        // or nothing could be deleted in the end
        await cluster.kubectl("delete", ...refusal.map(({ kind }) => `${kind}/${policy}`));
      }
      const after = await as("changed").up();
      expectSuccess(after);
      expect(after.output).toMatch(/Resources:\n +~ 1 updated\n/);
    },
    8 * minutes,
  );

  test(
    "is what it was before when all of them leave the stack config",
    async () => {
      expectSuccess(await as("none").up());
      // the namespace of a release stays, as with Helm's own command
      await cluster.kubectl("delete", "namespace", "greeter");
      await eventually("nothing is left of them", 120, async () => {
        const left = (await objects()).filter((object) => !bare.includes(object));
        if (left.length > 0) throw new Error(left.join(", "));
        return true;
      });
      expect([...(await objects())].sort()).toEqual([...bare].sort());
    },
    8 * minutes,
  );

  /** What is said to somebody who would change Prometheus. */
  async function touchPrometheus(): Promise<string> {
    const change = ["annotate", "deployment", "prometheus", "touched=yes", "--overwrite"];
    try {
      return await cluster.kubectl("-n", "monitoring", ...change);
    } catch (error) {
      return String(error);
    }
  }

  /** All objects of the cluster as `namespace/kind/name`, but for what comes and goes by itself. */
  async function objects(): Promise<readonly string[]> {
    const kinds = (await cluster.kubectl("api-resources", "--verbs=list", "-o", "name"))
      .split("\n")
      .filter((kind) => !fleeting.test(kind));
    const names = '{range .items[*]}{.metadata.namespace}/{.kind}/{.metadata.name}{"\\n"}{end}';
    const options = ["--all-namespaces", "-o", `jsonpath=${names}`];
    return (await cluster.kubectl("get", kinds.join(","), ...options)).split("\n");
  }

  async function addressOfTraefik(): Promise<string> {
    const path = "jsonpath={.status.loadBalancer.ingress[0].ip}";
    return cluster.kubectl("get", "service", "-n", "traefik", "traefik", "-o", path);
  }

  async function pageAt(name: string): Promise<string> {
    const authority = join(folder, "ca.pem");
    writeFileSync(authority, (await cluster.pulumi("stack", "output", "workloadsCa")).stdout);
    return new Visitor(name, [await addressOfTraefik()], authority).pageWithin(30);
  }
});

const fleeting =
  /^(events|pods|leases|endpoints|endpointslices|controllerrevisions|replicasets|.*certificatesigningrequests|componentstatuses)\b|metrics\.k8s\.io/;

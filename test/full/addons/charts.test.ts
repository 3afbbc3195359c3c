import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectNoChanges, onlyDeletions } from "../../support/cluster/addon-cluster";
import { lastWords } from "../../support/stacks/bad-stack";
import { ChartRepository, reader } from "../../support/servers/chart-repository";
import { expectGoldenFile } from "../../support/golden/golden-tree";
import { eventually, expectSuccess, lab, type Finished } from "../../support/lab/lab";
import { LabCluster } from "../../support/lab/lab-cluster";
import { SecretStack } from "../../support/stacks/secret-stack";
import { packedChart, writeChart } from "../../support/servers/test-chart";
import { minutes } from "../../support/text/durations";

const original = "test/support/stacks/charts.yaml";
const token = "correct-horse-battery-staple";

// each test goes on from the cluster that the one before it left
describe("charts of the stack config", () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-charts-"));
  const repository = new ChartRepository(folder);
  const stack = new SecretStack("charts", join(folder, "Pulumi.yaml"), original);
  const cluster = new LabCluster("charts", stack.file, ["h1"]);
  const path = writeChart(folder, "1.0.0");

  /** The charts as the stack config has them now. */
  const charts: Record<"web" | "registered" | "files", Record<string, unknown>> = {
    web: { version: "1.0.0", values: { greeting: "hello" } },
    registered: { version: "1.0.0", namespace: "shared", values: { greeting: "servus" } },
    files: { chart: path, namespace: "shared", values: { auth: { user: "nobody" } } },
  };

  function change(name: keyof typeof charts, changes: Readonly<Record<string, unknown>>): void {
    Object.assign(charts[name], changes);
    stack.set({ charts });
  }

  beforeAll(async () => {
    await cluster.remove(); // what an earlier run that was cut off left
    await repository.start();
    for (const version of ["1.0.0", "1.1.0", "2.0.0"]) {
      const chart = writeChart(join(folder, version), version, version === "2.0.0");
      await repository.publish(version, packedChart(chart, join(folder, `${version}.tgz`)));
    }
    change("web", repository.indexed);
    change("registered", repository.registered);
    await lab("serve", "--stack", stack.file);
    await cluster.boot();
    for (const name of ["web", "registered"])
      await stack.setSecret(`plinth:chartSecrets.${name}.password`, reader.password);
    await stack.setSecret("plinth:chartSecrets.web.values.auth.token", token);
  }, 10 * minutes);
  afterAll(async () => {
    await cluster.remove();
    repository.end();
    rmSync(folder, { recursive: true });
  }, 2 * minutes);

  test(
    "are installed from a private repository, a private registry and a path",
    async () => {
      expectSuccess(await cluster.up());
      await cluster.writeKubeconfig();
      expect(await said("web", "web")).toBe("hello from 1.0.0");
      expect(await said("shared", "registered")).toBe("servus from 1.0.0");
      expect(await said("shared", "files")).toBe("hello from 1.0.0");
      const ready = "jsonpath={.items[*].status.readyReplicas}";
      expect(await cluster.kubectl("get", "deployments", "-n", "shared", "-o", ready)).toBe("1 1");
    },
    6 * minutes,
  );

  test("are left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "are upgraded by a value, a version and a file, and the preview says which",
    async () => {
      change("web", { values: { greeting: "moin" } });
      change("registered", { version: "1.1.0" });
      writeChart(folder, "1.0.1");
      const preview = await cluster.pulumi("preview", "--diff");
      expectSuccess(preview);
      expect(preview.output).toMatch(/greeting *: "hello" => "moin"/);
      expect(preview.output).toMatch(/version *: "1\.0\.0" => "1\.1\.0"/);
      expect(preview.output).toMatch(/description *: "chart with the digest \w+" => /);
      const up = await cluster.up();
      expectSuccess(up);
      expect(up.output).toMatch(/~ 3 updated\n/);
      expect(await said("web", "web")).toBe("moin from 1.0.0");
      expect(await said("shared", "registered")).toBe("servus from 1.1.0");
      expect(await said("shared", "files")).toBe("hello from 1.0.1");
    },
    4 * minutes,
  );

  test(
    "keep their secrets from config, state and preview, but not from their release",
    async () => {
      const next = `${token}-2`;
      await stack.setSecret("plinth:chartSecrets.web.values.auth.token", next);
      const preview = await cluster.pulumi("preview", "--diff");
      expectSuccess(preview);
      expect(preview.output).toMatch(/token *: \[secret\] => \[secret\]/);
      const up = await cluster.up();
      expectSuccess(up);
      const path = "jsonpath={.data.token}";
      const live = await cluster.kubectl("get", "secret", "web-token", "-n", "web", "-o", path);
      expect(Buffer.from(live, "base64").toString()).toBe(next);
      const state = await cluster.pulumi("stack", "export");
      expectSuccess(state);
      expect(state.stdout).toContain("moin"); // what is no secret can be read
      for (const secret of [token, reader.password]) {
        const spellings = [
          secret,
          Buffer.from(secret)
            .toString("base64")
            .replace(/.{0,4}$/, ""),
        ];
        for (const spelling of spellings)
          for (const text of [preview.output, up.output, state.output, stack.text])
            expect(text).not.toContain(spelling);
      }
    },
    4 * minutes,
  );

  test(
    "are rolled back and named when a new version does not get ready, and the others go on",
    async () => {
      change("web", { version: "2.0.0", timeoutSeconds: 15 });
      change("registered", { values: { greeting: "griaß di" } });
      const up = await cluster.up();
      expect(up.status).not.toBe(0);
      expectGoldenError("chart-not-ready", up);
      expect(await said("web", "web")).toBe("moin from 1.0.0");
      expect(await said("shared", "registered")).toBe("griaß di from 1.1.0");
      const image = "jsonpath={.items[*].spec.template.spec.containers[*].image}";
      const images = await cluster.kubectl("get", "deployments", "-n", "web", "-o", image);
      expect(images).toBe("docker.io/plinth-lab/smoke:1");

      change("web", { version: "1.1.0" });
      expectSuccess(await cluster.up());
      expect(await said("web", "web")).toBe("moin from 1.1.0");
      await expectNoChanges(cluster);
    },
    5 * minutes,
  );

  test.each([
    ["chart", "web", { chart: "greter" }, { chart: "greeter" }],
    ["version", "registered", { version: "9.9.9" }, { version: "1.1.0" }],
  ] as const)(
    "with an unknown %s are told by the preview in one error",
    async (mistake, name, wrong, right) => {
      change(name, wrong);
      const preview = await cluster.pulumi("preview");
      change(name, right);
      expect(preview.status).not.toBe(0);
      expectGoldenError(`unknown-chart-${mistake}`, preview);
    },
    2 * minutes,
  );

  test(
    "are installed again when somebody has taken their namespace away",
    async () => {
      await cluster.kubectl("delete", "namespace", "shared");
      expectSuccess(await cluster.up());
      expect(await said("shared", "files")).toBe("hello from 1.0.1");
      expect(await said("shared", "registered")).toBe("griaß di from 1.1.0");
    },
    4 * minutes,
  );

  test(
    "are taken away, all of them and nothing else, when the config names them no more",
    async () => {
      stack.set({ charts: undefined });
      stack.forget("plinth:chartSecrets");
      expect(onlyDeletions(await cluster.up())).toBe(4); // three releases and what holds them together
      const kinds = "deployments,replicasets,pods,secrets,configmaps";
      for (const namespace of ["web", "shared"]) {
        await eventually(`nothing is left in ${namespace}`, 60, async () => {
          const left = await cluster.kubectl("get", kinds, "-n", namespace, "-o", "name");
          return left === "configmap/kube-root-ca.crt" ? true : undefined;
        });
      }
      await expectNoChanges(cluster);
    },
    4 * minutes,
  );

  async function said(namespace: string, release: string): Promise<string> {
    const path = "jsonpath={.data.greeting} from {.data.chart}";
    return cluster.kubectl("get", "configmap", release, "-n", namespace, "-o", path);
  }

  /** Fails unless a run failed with exactly the text of a golden file, and no stack trace. */
  function expectGoldenError(name: string, run: Finished): void {
    expect(run.output).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
    const words = lastWords(run.output).replaceAll(repository.endpoint, "<repository>");
    expectGoldenFile(`errors/${name}.txt`, words);
  }
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toYaml } from "../../components/text/yaml";
import { expectGoldenTree } from "../support/golden/golden-tree";
import { clusterProgram } from "../support/program/program-fixture";

const named = { chart: "web", repository: "https://charts.example.org", version: "1.2.3" };
const release = "kubernetes:helm.sh/v3:Release";

test("a cluster without charts has nothing of them", async () => {
  const { resources } = await clusterProgram("ha");
  expect(resources.filter(({ type }) => /helm|Charts/.test(type))).toEqual([]);
});

test("every release is what its golden file says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-chart-"));
  mkdirSync(join(folder, "templates"));
  writeFileSync(join(folder, "Chart.yaml"), "name: path\nversion: 1.0.0\n");
  const charts = {
    named: {
      ...named,
      namespace: "shared",
      username: "reader",
      caFile: "/etc/ca.pem",
      values: { replicas: 2, auth: { user: "a" } },
      timeoutSeconds: 60,
      atomic: false,
    },
    registry: { chart: "oci://registry.example.org/charts/web", version: "1.2.3" },
    path: { chart: folder },
  };
  const secrets = { named: { password: "pw", values: { auth: { token: "t" } } } };
  const { resources } = await clusterProgram("ha", (input) => ({ ...input, charts }), undefined, {
    "plinth:chartSecrets": JSON.stringify(secrets),
  });
  rmSync(folder, { recursive: true });
  const releases = resources.filter(({ type }) => type === release);
  const files = releases.map(({ name, inputs, secretInputs }) => [
    `${name.replace("ha-chart-", "")}.yaml`,
    toYaml({ inputs, secretInputs }).replaceAll(folder, "<folder>"),
  ]);
  expectGoldenTree("addons/charts", Object.fromEntries(files) as Record<string, string>);
});

test("secret values are hidden each in its place, and the rest stays visible", async () => {
  const charts = {
    web: { ...named, username: "u", values: { replicas: 2, auth: { user: "a" }, list: ["x"] } },
  };
  const secrets = { web: { password: "pw", values: { auth: { token: "t" }, list: ["y"] } } };
  const { resources } = await clusterProgram("ha", (input) => ({ ...input, charts }), undefined, {
    "plinth:chartSecrets": JSON.stringify(secrets),
  });
  const [web] = resources.filter(({ type }) => type === release);
  expect(web?.inputs.values).toEqual({
    replicas: 2,
    auth: { user: "a", token: "t" },
    list: ["y"],
  });
  expect(web?.secretInputs.toSorted()).toEqual([
    "repositoryOpts.password",
    "values.auth.token",
    "values.list",
  ]);
});

test("charts come after all add-ons, and go without a call when the whole cluster goes, not a host of it", async () => {
  const changes = {
    charts: { web: named },
    addons: { metricsServer: { enabled: true }, storageClasses: { disk: { type: "local-path" } } },
  };
  const { resources } = await clusterProgram("ha", (input) => ({ ...input, ...changes }));
  const component = resources.find(({ type }) => type === "plinth:addons:Charts");
  const [web] = resources.filter(({ type }) => type === release);
  expect(web?.parent).toBe(component?.urn);
  expect(web?.deletedWith).toMatch(/::ha-cluster-id$/);
  const before = component?.dependencies.map((urn) => urn.split("::").at(-1));
  const addons = ["coredns", "metrics-server", "local-path"].map((name) => `ha-${name}-deployment`);
  expect(before).toEqual(expect.arrayContaining(addons));
});

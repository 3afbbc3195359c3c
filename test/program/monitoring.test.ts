import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterProgram } from "../support/program/program-fixture";

const secret = { "plinth:alertWebhookUrl": "https://alerts.example.org/t0ken" };

test("the receiver's address is in the inputs of one Secret, as a secret, and nowhere else", async () => {
  const { resources } = await clusterProgram("own-etcd", undefined, undefined, secret);
  const knowing = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("t0ken"));
  expect(knowing.map(({ name, secretInputs }) => [name, secretInputs])).toEqual([
    ["own-etcd-monitoring-alertmanager-receiver", ["stringData"]],
  ]);
});

test.each(["alerts.example.org", "ftp://alerts.example.org", "https://a b", ""])(
  "an address that is none (%s) is refused with its place, and not shown",
  async (url) => {
    const run = clusterProgram("own-etcd", undefined, undefined, { "plinth:alertWebhookUrl": url });
    await expect(run).rejects.toThrow(
      "Pulumi.test.yaml: plinth:alertWebhookUrl: got something else (not shown, as it is secret), " +
        "expected an http:// or https:// address without spaces",
    );
  },
);

test("Grafana's password is in the inputs of one Secret, as a secret", async () => {
  const { resources } = await clusterProgram("own-etcd");
  const admin = resources.filter(({ inputs }) =>
    JSON.stringify(inputs).includes("result of own-etcd-monitoring-grafana-password"),
  );
  expect(admin.map(({ name, secretInputs }) => [name, secretInputs])).toEqual([
    ["own-etcd-monitoring-grafana-admin", ["stringData"]],
  ]);
});

test("Grafana gets dashboards of the user's beside those of ours", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dashboards-"));
  const text = '{ "title": "Shop" }';
  writeFileSync(join(folder, "Shop.json"), text);
  const { resources } = await clusterProgram("own-etcd", (input) => ({
    ...input,
    addons: { monitoring: { enabled: true, grafana: { enabled: true, dashboards: [folder] } } },
  }));
  rmSync(folder, { recursive: true });
  const inputs = (suffix: string) =>
    resources.find(({ name }) => name === `own-etcd-monitoring-grafana${suffix}`)?.inputs;
  expect(inputs("-dashboard-shop")).toMatchObject({
    metadata: { name: "grafana-dashboard-shop", namespace: "monitoring" },
    data: { "shop.json": text },
  });
  const directory = "/etc/grafana/user-dashboards";
  expect(JSON.stringify(inputs("-providers"))).toContain(`path: ${directory}`);
  const volume = { configMap: { name: "grafana-dashboard-shop" } };
  expect(inputs("")).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            {
              volumeMounts: expect.arrayContaining([
                { name: "user-dashboards", mountPath: directory, readOnly: true },
              ]),
            },
          ],
          volumes: expect.arrayContaining([
            { name: "user-dashboards", projected: { sources: [volume] } },
          ]),
        },
      },
    },
  });
});

test("without a storage class, Prometheus keeps its data in a directory of that size, and claims nothing", async () => {
  const { resources } = await clusterProgram("own-etcd", (input) => ({
    ...input,
    addons: { monitoring: { enabled: true, storage: { size: "9Gi" } } },
  }));
  const types = resources.map(({ type }) => type);
  expect(types).not.toContain("kubernetes:core/v1:PersistentVolumeClaim");
  const deployment = resources.find(({ name }) => name === "own-etcd-monitoring-prometheus");
  expect(deployment?.inputs).toMatchObject({
    spec: {
      template: {
        spec: {
          volumes: expect.arrayContaining([{ name: "data", emptyDir: { sizeLimit: "9Gi" } }]),
        },
      },
    },
  });
});

test("a cluster without monitoring has nothing of it, whatever else is set", async () => {
  const { resources } = await clusterProgram("ha", undefined, undefined, secret);
  const text = JSON.stringify(resources);
  expect(text).not.toMatch(/monitoring|prometheus-|alertmanager|node-exporter|t0ken/);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { alertRules } from "../../../addons/monitoring/rules/alert-rules";
import { certificateRules } from "../../../addons/monitoring/rules/certificate-rules";
import { prometheusConfig } from "../../../addons/monitoring/prometheus/settings";
import { type AlertCase, alertCases, certificateEnds } from "../../support/cluster/alert-cases";
import { clusterFixture } from "../../support/fakes/cluster-fixture";
import { finished, succeeded } from "../../support/lab/lab";

const folder = mkdtempSync(join(tmpdir(), "plinth-rules-"));
const files = {
  "alerts.yaml": withoutAnnotations(alertRules()),
  "certificates.yaml": withoutAnnotations(certificateRules(30 * 24, certificateEnds)),
};
let promtool = "";

beforeAll(async () => {
  const { stdout } = await succeeded("node", ["dist/toolchain.js", "prometheus"]);
  promtool = join(/^prometheus +(\S+)$/m.exec(stdout)?.[1] ?? "", "promtool");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "original.yaml"), alertRules());
}, 60 * 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("Prometheus' own tool finds nothing wrong with the rules", async () => {
  const rules = ["original.yaml", "certificates.yaml"].map((name) => join(folder, name));
  await succeeded(promtool, ["check", "rules", "--lint=all", "--lint-fatal", ...rules]);
});

test("Prometheus' own tool understands the settings of a cluster with a setting of every kind", async () => {
  const file = join(folder, "prometheus.yaml");
  writeFileSync(file, prometheusConfig(clusterFixture("own-etcd").config));
  // certificates and tokens are there in the pod alone
  await succeeded(promtool, ["check", "config", "--syntax-only", file]);
});

test.each(alertCases)("$alert: $claim", async (alertCase) => {
  const file = join(mkdtempSync(join(folder, "case-")), "test.yaml");
  writeFileSync(file, dump(unitTest(alertCase)));
  const { status, output } = await finished(promtool, ["test", "rules", file]);
  expect(status === 0 ? "" : output).toBe("");
});

/** https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
function unitTest({ series, alert, after, fires }: AlertCase): object {
  return {
    rule_files: Object.keys(files).map((name) => join(folder, name)),
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [
          {
            eval_time: after,
            alertname: alert,
            exp_alerts: fires.map((exp_labels) => ({ exp_labels })),
          },
        ],
      },
    ],
  };
}

interface RuleFile {
  readonly groups: readonly { readonly rules: { annotations?: object }[] }[];
}

/** Texts for people hold values that the cases don't tell again. */
function withoutAnnotations(text: string): string {
  const rules = load(text) as RuleFile; // what the program has written
  for (const group of rules.groups) for (const rule of group.rules) delete rule.annotations;
  return dump(rules);
}

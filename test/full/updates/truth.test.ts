import { expectObjectRepair, expectRepair, textOf } from "../../support/cluster/drift";
import { driftCases, objectDriftCases } from "../../support/cluster/drift-cases";
import { expectSuccess } from "../../support/lab/lab";
import { saidRestartNotes } from "../../support/text/preview-output";
import { noOpTests, previewTests, TruthCluster } from "../../support/cluster/truth";
import { minutes } from "../../support/text/durations";

const truth = new TruthCluster("truth", ["a1", "a2", "a3", "a4"]);
const { cluster } = truth;

beforeAll(async () => {
  await truth.boot();
  expectSuccess(await cluster.up());
  await cluster.writeKubeconfig();
}, 15 * minutes);

afterAll(() => truth.remove(), 5 * minutes);

describe("on an untouched cluster", () => noOpTests(truth));

describe("a preview shows the hosts, lines and consequences of", () => {
  previewTests(truth, () => {
    test(
      "a control plane that goes: balancers of other hosts are only reloaded",
      async () => {
        const output = await truth.previewWith(
          (raw) => void (raw.hosts.a3!.roles = ["etcd", "worker"]),
        );
        expect(textOf(output, "a4/node")).toMatch(/- +server a3 10\.88\.0\.43:6443/);
        expect(saidRestartNotes(output)).toEqual(
          ["a1", "a2", "a3", "a4"].map((host) => `reloads kube-apiserver-balancer on ${host}`),
        );
        expect(output).not.toContain("PRIVATE KEY");
      },
      5 * minutes,
    );
  });
});

describe("a change by hand is named by the preview and repaired alone", () => {
  test.each(driftCases)("on a host: $what", (drift) => expectRepair(cluster, drift), 10 * minutes);

  test.each(objectDriftCases)(
    "in the cluster: $what",
    (drift) => expectObjectRepair(cluster, drift),
    10 * minutes,
  );
});

import { expectObjectRepair, expectRepair } from "../support/drift";
import { driftCases, objectDriftCases } from "../support/drift-cases";
import { expectSuccess } from "../support/lab";
import { LabCluster } from "../support/lab-cluster";

const minutes = 60_000;
const hosts = ["a1", "a2", "a3", "a4"];
const cluster = new LabCluster("truth", "test/support/stacks/truth.yaml", hosts);

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot();
  expectSuccess(await cluster.up());
  await cluster.writeKubeconfig();
}, 15 * minutes);

afterAll(() => cluster.remove(), 5 * minutes);

describe("a change by hand is named by the preview and repaired alone", () => {
  test.each(driftCases)("on a host: $what", (drift) => expectRepair(cluster, drift), 10 * minutes);

  test.each(objectDriftCases)(
    "in the cluster: $what",
    (drift) => expectObjectRepair(cluster, drift),
    10 * minutes,
  );
});

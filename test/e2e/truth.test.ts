import { expectRepair } from "../support/cluster/drift";
import { driftCases } from "../support/cluster/drift-cases";
import { faultNamed } from "../support/lab/faults";
import { layersOn } from "../support/lab/host-layers";
import { eventually, expectSuccess } from "../support/lab/lab";
import { startLab } from "../support/lab/running";
import { chosen, seed, seededNumbers } from "../support/text/seeded";
import { noOpTests, previewTests, TruthCluster } from "../support/cluster/truth";
import { minutes } from "../support/text/durations";

const truth = new TruthCluster("truth-small", ["a1", "a4"]);
const { cluster } = truth;
const random = seededNumbers(seed);

beforeAll(() => truth.boot(), 5 * minutes);
afterAll(() => truth.remove(), 5 * minutes);

// each test goes on from the cluster that the one before it left
describe(`a control plane and a worker (PLINTH_SEED=${seed})`, () => {
  test(
    "are made by an up that is killed in its midst and the next one",
    async () => {
      const up = ["plinth", "up", "--yes", "--skip-preview", "--parallel", "64"];
      const layer = chosen(["etcd", "runtime", "control-plane"], random);
      const run = startLab(...up, "--stack", cluster.stack, "--config-file", cluster.configFile);
      await eventually(`${layer} is under way`, 180, async () =>
        (await layersOn("a1")).has(layer) ? true : undefined,
      );
      await faultNamed("kill -9 of everything on the operator's machine").strike(run, "a1");
      expect((await run.finished).status).not.toBe(0);
      // that of the node comes after all of these
      expect((await layersOn("a1")).get("node")).not.toBe(true);
      expectSuccess(await cluster.plinth(...up.slice(1)));
      await cluster.writeKubeconfig();
    },
    15 * minutes,
  );
});

describe("on an untouched cluster", () => noOpTests(truth));

describe("a preview shows the hosts, lines and consequences of", () => previewTests(truth));

describe("a change by hand is named by the preview and repaired alone", () => {
  const onHosts = driftCases.filter((drift) => drift.usual);
  test.each(onHosts)("on a host: $what", (drift) => expectRepair(cluster, drift), 10 * minutes);
});

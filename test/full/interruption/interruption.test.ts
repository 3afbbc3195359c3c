import { faults } from "../../support/lab/faults";
import {
  hosts,
  InterruptedCluster,
  parts,
  succeeded,
  title,
  type Interruption,
} from "../../support/cluster/interruption";
import { chosen, seed, seededNumbers, shuffled } from "../../support/text/seeded";
import { minutes } from "../../support/text/durations";

const random = seededNumbers(seed);

function rolling(fault: Interruption["fault"]): Interruption {
  const work = parts.filter(() => random() < 0.5);
  const at = random();
  return {
    work: work.length > 0 ? work : [chosen(parts, random)],
    fault,
    host: chosen(hosts, random),
    at,
  };
}

function creation(fault: Interruption["fault"]): Interruption {
  return { work: "creation", fault, host: chosen(hosts, random), at: random() };
}

const interruptions = shuffled(
  [...[...faults, ...faults].map(rolling), ...shuffled(faults, random).slice(0, 5).map(creation)],
  random,
);

// each run goes on from the cluster that the one before it left; PLINTH_SEED repeats them all
describe(`an up that is cut off is continued by the next one (PLINTH_SEED=${seed})`, () => {
  const interrupted = new InterruptedCluster();

  beforeAll(async () => {
    await interrupted.boot();
    await succeeded(interrupted.up());
  }, 20 * minutes);
  afterAll(() => interrupted.cluster.remove(), 3 * minutes);

  test.each(interruptions.map((run, at) => [at + 1, title(run), run] as const))(
    "run %i: %s",
    async (_, __, interruption) => {
      if (interruption.work === "creation") await interrupted.destroy();
      const first = await interrupted.interrupt(interruption);
      const next = await interrupted.recover();
      console.log(
        `cut off: status ${first.status} after ${first.seconds.toFixed(0)} s; ` +
          `next up: ${next.seconds.toFixed(0)} s`,
      );
    },
    15 * minutes,
  );
});

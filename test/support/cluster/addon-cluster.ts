import { ClusterUser } from "./cluster-user";
import { expectSuccess, type Finished, lab } from "../lab/lab";
import { LabCluster } from "../lab/lab-cluster";
import { type RawCluster, StackCopies } from "../stacks/stack-copies";
import { minutes } from "../text/durations";

/** A cluster with an add-on, and what tests of it do alike. */
export interface AddonCluster {
  readonly cluster: LabCluster;
  readonly user: ClusterUser;
  /** The same cluster with a change of its stack config. */
  readonly changed: (change: (raw: RawCluster) => void) => LabCluster;
}

/** Is up before the tests of the block that it is called in, and gone after them. */
export function addonCluster(
  stack: string,
  configFile: string,
  hosts: readonly string[],
): AddonCluster {
  const cluster = new LabCluster(stack, configFile, hosts);
  const user = new ClusterUser(cluster);
  const copies = new StackCopies();
  beforeAll(async () => {
    await cluster.remove(); // what an earlier run that was cut off left
    await lab("serve", "--stack", configFile);
    await cluster.boot();
    expectSuccess(await cluster.up());
    await cluster.writeKubeconfig();
  }, 30 * minutes);
  afterAll(async () => {
    await cluster.remove();
    copies.remove();
    user.end();
  }, 2 * minutes);
  const changed: AddonCluster["changed"] = (change) =>
    new LabCluster(stack, copies.stack(configFile, change), []);
  return { cluster, user, changed };
}

/** Fails unless a run would find nothing to do. */
export async function expectNoChanges(cluster: LabCluster): Promise<void> {
  expectSuccess(await cluster.pulumi("preview", "--expect-no-changes"));
}

/** How many resources a run has deleted; fails if it has done anything else. */
export function onlyDeletions(up: Finished): number {
  expectSuccess(up);
  expect(up.output).not.toMatch(/\d+ (created|updated|replaced)/);
  const [, count] = /- (\d+) deleted\n/.exec(up.output) ?? [];
  return Number(count);
}

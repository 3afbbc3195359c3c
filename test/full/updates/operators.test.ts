import type { Plan } from "../../../cli/plan/plan";
import { lastWords } from "../../support/stacks/bad-stack";
import { unitInvocations } from "../../support/cluster/cluster-probes";
import { expectGoldenFile } from "../../support/golden/golden-tree";
import { shellOn } from "../../support/lab/host-probes";
import { hosts, InterruptedCluster, parts, succeeded } from "../../support/cluster/interruption";
import { eventually } from "../../support/lab/lab";
import { startLab } from "../../support/lab/running";
import { minutes } from "../../support/text/durations";

const controlPlanes = ["c1", "c2", "c3"];

const interrupted = new InterruptedCluster();
const { cluster } = interrupted;

beforeAll(async () => {
  await interrupted.boot();
  await succeeded(interrupted.up());
}, 15 * minutes);
afterAll(() => cluster.remove(), 3 * minutes);

/** The invocation of every unit, by host and unit. */
async function invocations(): Promise<ReadonlyMap<string, string>> {
  const texts = await Promise.all(hosts.map(unitInvocations));
  return new Map(
    texts.flatMap((text, at) =>
      text.split("\n\n").map((block) => {
        const [, unit = ""] = /^Id=(.*)\.service$/m.exec(block) ?? [];
        return [`${unit} on ${hosts[at]!}`, block] as const;
      }),
    ),
  );
}

/** What a refused run says, without what differs from run to run. */
function refusal(text: string): string {
  const steady = text
    .replace(/\S+@\S+ \(pid \d+\)/g, "<user>@<machine> (pid <pid>)")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, "<time> UTC")
    .replace(/^( *)c\d\b/gm, "$1<host>")
    .replace(/(\S) {2,}/g, "$1  ");
  return [...new Set(steady.split("\n"))].join("\n");
}

// each test goes on from the cluster that the one before it left
describe("before an up acts", () => {
  let plan: Plan;
  let before: ReadonlyMap<string, string>;

  test(
    "plinth plan sums up what it would do to hosts, units and cluster, and touches nothing",
    async () => {
      before = await invocations();
      interrupted.change(parts);
      const { stdout } = await succeeded(cluster.plinth("plan", "--json"));
      plan = JSON.parse(stdout) as Plan;
      const layers = (...names: string[]) =>
        Object.fromEntries(names.map((name) => [name, "update"]));
      const all = { reloads: [], stops: [], starts: [] };
      const controlPlane = {
        ...all,
        layers: layers("etcd", "control-plane", "node"),
        restarts: ["etcd", "kube-apiserver", "kubelet"],
      };
      expect(plan).toEqual({
        version: 1,
        resources: { create: 0, update: 10, replace: 0, delete: 0, unchanged: expect.any(Number) },
        hosts: {
          c1: controlPlane,
          c2: controlPlane,
          c3: controlPlane,
          c4: { ...all, layers: layers("node"), restarts: ["kubelet"] },
        },
        apiServers: { hosts: controlPlanes, atATime: 1 },
        etcdMembers: { hosts: controlPlanes, atATime: 1 },
        drains: [],
        addons: { create: [], update: [], replace: [], delete: [] },
        steps: [],
        warnings: expect.any(Array),
      });
      expect(await invocations()).toEqual(before);
    },
    5 * minutes,
  );

  test(
    "plinth up shows the same summary, and does nothing when nobody says yes",
    async () => {
      const up = await cluster.plinth("up");
      expect(up.status).toBe(1);
      expectGoldenFile("plan.txt", up.output.replace(/\d+ unchanged/, "<n> unchanged"));
      expect(await invocations()).toEqual(before);
    },
    5 * minutes,
  );

  test(
    "a second run is refused by the lock of the state and, without it, by the hosts, and says why",
    async () => {
      const stack = ["--stack", cluster.stack, "--config-file", cluster.configFile];
      const first = startLab("plinth", "up", "--yes", "--skip-preview", ...stack);
      await eventually("the run holds a lease", 60, async () =>
        (await shellOn("c1", "cat /run/plinth/lease.json 2>/dev/null || true")) ? true : undefined,
      );
      const locked = await interrupted.up();
      // somebody who takes the first run for dead: this takes its lock away, and ends nothing
      await succeeded(cluster.cancel());
      const leased = await cluster.up();
      expect({ status: locked.status, output: locked.output }).not.toMatchObject({ status: 0 });
      expect({ status: leased.status, output: leased.output }).not.toMatchObject({ status: 0 });
      expect((await first.finished).status).toBe(0);
      expectGoldenFile("errors/locked-stack.txt", refusal(locked.output));
      expectGoldenFile("errors/leased-host.txt", refusal(lastWords(leased.output)));
    },
    8 * minutes,
  );

  test("what was restarted is what the plan said", async () => {
    const after = await invocations();
    const restarted = [...after.keys()].filter((unit) => after.get(unit) !== before.get(unit));
    const planned = Object.entries(plan.hosts).flatMap(([host, { restarts }]) =>
      restarts.map((unit) => `${unit} on ${host}`),
    );
    expect(restarted.sort()).toEqual(planned.sort());
  });
});

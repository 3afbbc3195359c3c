import { ApiTraffic } from "../../support/traffic/api-traffic";
import { shellOn } from "../../support/lab/host-probes";
import { expectSuccess, lab, type Finished } from "../../support/lab/lab";
import { LabCluster } from "../../support/lab/lab-cluster";
import { StackCopies, type RawCluster } from "../../support/stacks/stack-copies";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/etcd-members.yaml";
const members = ["q1", "q2", "q3", "q4", "q5"];
const cluster = new LabCluster("members", configFile, ["c1", ...members]);
const copies = new StackCopies();

/** The cluster with these hosts as etcd's members, and those that are gone for good. */
function having(names: string, lost: readonly string[] = []): LabCluster {
  const wanted = names.split(" ");
  const file = copies.stack(configFile, (raw: RawCluster) => {
    for (const name of members.filter((each) => !wanted.includes(each)))
      Reflect.deleteProperty(raw.hosts, name);
    if (lost.length > 0) raw.lost = lost;
  });
  return new LabCluster(cluster.stack, file, cluster.hosts);
}

function etcdctl(host: string, ...args: readonly string[]): Promise<string> {
  const settings = "set -a; . /etc/kubernetes/etcd/etcdctl.env";
  return shellOn(
    host,
    `${settings}; ETCDCTL_ENDPOINTS=https://127.0.0.1:2379 etcdctl ${args.join(" ")}`,
  );
}

/** Names of the members that count, by etcd's own list on one of them. */
async function voters(host: string): Promise<string> {
  const lines = (await etcdctl(host, "member", "list")).split("\n").map((line) => line.split(", "));
  const voting = lines.filter((fields) => fields[5] === "false");
  return voting
    .map(([, , name = ""]) => name)
    .sort()
    .join(" ");
}

/** Fails unless the run ended well and etcd has these members, all of them healthy. */
async function expectMembers(run: Finished, names: string): Promise<void> {
  expectSuccess(run);
  const [first = ""] = names.split(" ");
  expect(await voters(first)).toBe(names);
  await etcdctl(first, "endpoint", "health", "--cluster");
}

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot();
  expectSuccess(await having("q1").up());
  await cluster.writeKubeconfig();
}, 15 * minutes);

afterAll(async () => {
  await cluster.remove();
  copies.remove();
}, 3 * minutes);

// each test goes on from the cluster that the one before it left
describe("members of etcd come and go by their lines in the stack config, while the cluster is used", () => {
  let traffic: ApiTraffic;

  test(
    "1 to 3: each joins, and plinth plan said so",
    async () => {
      traffic = await ApiTraffic.start(cluster, "c1", 6443);
      const plan = await having("q1 q2 q3").plinth("plan");
      expectSuccess(plan);
      expect(plan.output).toContain(
        "etcd joins         2 (q2: etcd 1 -> 2 of 3, tolerates 0; q3: etcd 2 -> 3 of 3, tolerates 1)",
      );
      await expectMembers(await having("q1 q2 q3").up(), "q1 q2 q3");
    },
    15 * minutes,
  );

  test(
    "3 to 5",
    async () => {
      await expectMembers(await having("q1 q2 q3 q4 q5").up(), "q1 q2 q3 q4 q5");
    },
    15 * minutes,
  );

  test(
    "a second run changes nothing",
    async () => {
      const again = await having("q1 q2 q3 q4 q5").pulumi("preview", "--expect-no-changes");
      expectSuccess(again);
    },
    5 * minutes,
  );

  test(
    "one is installed anew under its name, the first",
    async () => {
      await lab("remove", "q1");
      await lab("up", "--stack", configFile, "q1");
      await expectMembers(await having("q1 q2 q3 q4 q5").up(), "q1 q2 q3 q4 q5");
    },
    15 * minutes,
  );

  test(
    "5 to 3: two deleted lines are two that leave, one after the other",
    async () => {
      await expectMembers(await having("q1 q2 q3").up(), "q1 q2 q3");
      const left = await Promise.all(
        ["q4", "q5"].map((host) => shellOn(host, "ls -d /var/lib/etcd* /etc/plinth 2>&1 || true")),
      );
      expect(left.join("\n")).not.toMatch(/^\//m);
    },
    15 * minutes,
  );

  test(
    "one that is gone for good makes room for another",
    async () => {
      await lab("kill", "q3");
      const run = await having("q1 q2 q4", ["q3"]).up();
      await expectMembers(run, "q1 q2 q4");
      expect(run.output).toContain("q3 is lost, so nothing on it was cleaned");
    },
    15 * minutes,
  );

  test(
    "one does not leave while another is down",
    async () => {
      await shellOn("q4", "systemctl stop etcd");
      const refused = await having("q1 q4").pulumi("preview");
      expect(refused.status).not.toBe(0);
      expect(refused.output).toContain(
        "etcd can't spare q2: of the 2 members without it 1 would answer",
      );
      expect(await voters("q1")).toBe("q1 q2 q4");
    },
    5 * minutes,
  );

  test(
    "3 to 1, in one edit, and etcd that was stopped is started before",
    async () => {
      await expectMembers(await having("q1 q2 q4").up(), "q1 q2 q4");
      await expectMembers(await having("q2").up(), "q2");
    },
    15 * minutes,
  );

  test(
    "and no write that was acknowledged is lost",
    async () => {
      const { requests, acknowledged } = await traffic.stop();
      const stored = new Set(await traffic.stored());
      expect(acknowledged.filter((name) => !stored.has(name))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(100);
      expect(requests).toBeGreaterThan(acknowledged.length);
      await cluster.smoke();
    },
    5 * minutes,
  );
});

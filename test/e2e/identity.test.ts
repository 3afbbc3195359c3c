import { lastWords } from "../support/stacks/bad-stack";
import { ChangedStack } from "../support/stacks/changed-stack";
import { unitInvocations } from "../support/cluster/cluster-probes";
import { faultNamed } from "../support/lab/faults";
import { expectGoldenFile } from "../support/golden/golden-tree";
import { layersOn } from "../support/lab/host-layers";
import { nodeValues, shellOn } from "../support/lab/host-probes";
import { eventually, expectSuccess, type Finished } from "../support/lab/lab";
import { LabCluster } from "../support/lab/lab-cluster";
import { startLab } from "../support/lab/running";
import { minutes } from "../support/text/durations";

const hosts = ["i1", "i2", "i3", "i4"];
const original = "test/support/stacks/identity.yaml";

const stack = new ChangedStack(original);
const cluster = new LabCluster("identity", stack.file, hosts);
/** The same stack config, with a state of its own. */
const twin = new LabCluster("identity-twin", original, []);

const host = (number: number, ...roles: readonly string[]) => ({
  address: `10.88.0.${150 + number}`,
  roles,
});
const member = (number: number) => host(number, "etcd", "control-plane");
const controlPlane = (number: number) => host(number, "control-plane");
const worker = { i4: host(4, "worker") };

/** The run that a stack config with other hosts begins. */
async function runWith(hosts: object, command: "up" | "preview"): Promise<Finished> {
  stack.set({ hosts });
  const run = command === "up" ? await cluster.up() : await cluster.pulumi("preview");
  stack.set({});
  return run;
}

/** What every host says of itself and of what runs there. */
function everything(): Promise<readonly string[]> {
  const marks =
    "cat /etc/plinth/cluster.json; ls /etc/plinth/layers /var/lib/etcd 2>/dev/null; true";
  return Promise.all(
    hosts.map(async (each) => `${await shellOn(each, marks)}\n${await unitInvocations(each)}`),
  );
}

/** Fails unless a run was refused with the text of a golden file, and left the hosts as they were. */
async function expectRefusal(
  name: string,
  run: Finished,
  before: readonly string[],
): Promise<void> {
  expect({ status: run.status, output: run.output }).not.toMatchObject({ status: 0 });
  const words = lastWords(run.output)
    .replace(/\b[0-9a-f]{32}\b/g, "<id>")
    .replace(/\bsha256 [0-9a-f]{16}\b/g, "sha256 <sum>");
  expectGoldenFile(`errors/${name}.txt`, words);
  expect(await everything()).toEqual(before);
}

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot();
}, 5 * minutes);
afterAll(async () => {
  await cluster.remove();
  await twin.remove();
}, 5 * minutes);

// each test goes on from the cluster that the one before it left
describe("a host is never taken for another", () => {
  let untouched: readonly string[];

  test(
    "a first run that was killed is gone on with by the next one, under the same id",
    async () => {
      const up = ["--yes", "--skip-preview", "--stack", cluster.stack];
      const run = startLab("plinth", "up", ...up, "--config-file", cluster.configFile);
      await eventually("a host is marked", 180, async () =>
        (await layersOn("i1")).size > 0 ? true : undefined,
      );
      await faultNamed("kill -9 of everything on the operator's machine").strike(run, "i1");
      expect((await run.finished).status).not.toBe(0);
      const marker = await shellOn("i1", "cat /etc/plinth/cluster.json");
      expect(marker).toMatch(/^\{"cluster":"identity","id":"[0-9a-f]{32}","host":"i1"\}$/);
      expectSuccess(await cluster.plinth("up", "--yes", "--skip-preview", "--parallel", "64"));
      expect(await shellOn("i1", "cat /etc/plinth/cluster.json")).toBe(marker);
      untouched = await everything();
    },
    15 * minutes,
  );

  test(
    "a second stack with the same config is refused, as one that lost its state would be",
    async () => {
      await expectRefusal("another-stack", await twin.up(), untouched);
    },
    3 * minutes,
  );

  test.each(["preview", "up"] as const)(
    "a key on a host that the state does not have is not overwritten by %s",
    async (command) => {
      const file = "/etc/kubernetes/pki/sa.pub";
      // the API server reads it at its start alone, and takes the keys of certificates
      const other = "/etc/kubernetes/pki/front-proxy-ca.crt";
      await shellOn("i1", `cp -p ${file} /root/kept; cat ${other} >${file}`);
      const all = { i1: member(1), i2: member(2), i3: member(3), ...worker };
      await expectRefusal("lost-keys", await runWith(all, command), untouched);
      await shellOn("i1", `cmp ${file} ${other}; cp -p /root/kept ${file}; rm /root/kept`);
    },
    3 * minutes,
  );

  test(
    "a machine is cleared by plinth reset where no state manages it, and then is taken as reinstalled",
    async () => {
      const own = await cluster.plinth("reset", "i4", "--cluster", "identity");
      expect({ status: own.status, output: own.output }).toEqual({
        status: 1,
        output: expect.stringContaining("i4: this stack manages it"),
      });
      const mistyped = await twin.plinth("reset", "i4", "--cluster", "identiy");
      expect(mistyped.output).toContain("i4 belongs to the cluster identity");
      expect(await everything()).toEqual(untouched);
      expectSuccess(await twin.plinth("reset", "i4", "--cluster", "identity"));
      const left = "ls -d /etc/plinth /var/lib/kubelet /var/lib/containerd 2>/dev/null; true";
      expect(await shellOn("i4", left)).toBe("");
      // its node may be Ready still, but nobody renews its lease
      expectSuccess(await cluster.up());
      expect([...(await layersOn("i4")).keys()].sort()).toEqual(["node", "runtime"]);
      untouched = await everything();
    },
    8 * minutes,
  );

  test.each(["preview", "up"] as const)(
    "a new name for a machine is refused by %s",
    async (command) => {
      const members = { i1: member(1), i2: member(2), i3: member(3) };
      const run = await runWith({ ...members, renamed: host(4, "worker") }, command);
      await expectRefusal("renamed-host", run, untouched);
    },
    3 * minutes,
  );

  test(
    "a member does not leave while another is down",
    async () => {
      await shellOn("i3", "systemctl stop etcd");
      const stopped = await everything();
      const edit = { i1: member(1), i2: controlPlane(2), i3: member(3), ...worker };
      await expectRefusal("lost-spare", await runWith(edit, "preview"), stopped);
      expectSuccess(await cluster.up());
    },
    5 * minutes,
  );

  test(
    "a removed host's node goes with it, and one that is left over keeps no run waiting, and is named",
    async () => {
      stack.set({ hosts: { i1: member(1), i2: member(2), i3: member(3) } });
      expectSuccess(await cluster.up());
      await cluster.writeKubeconfig();
      expect(await nodeValues(cluster, "{.metadata.name}")).toEqual(["i1", "i2", "i3"]);
      // as a machine leaves it that was wiped without a word to the cluster
      const metadata = { name: "i4", labels: { "kubernetes.io/os": "linux" } };
      const node = JSON.stringify({ apiVersion: "v1", kind: "Node", metadata });
      await shellOn(
        "i1",
        `echo '${node}' | kubectl --kubeconfig /etc/kubernetes/admin.conf create -f -`,
      );
      const wanted = [
        "get",
        "daemonsets",
        "-A",
        "-o",
        "jsonpath={.items[*].status.desiredNumberScheduled}",
      ];
      await eventually("a pod is to run there", 60, async () =>
        (await cluster.kubectl(...wanted)).includes("4") ? true : undefined,
      );
      const after = await cluster.up();
      expectSuccess(after);
      expect(after.output).toContain("i4: not Ready, and no node of the stack config");
      // the limit of one wait is ten minutes
      expect(after.seconds).toBeLessThan(60);
    },
    8 * minutes,
  );
});

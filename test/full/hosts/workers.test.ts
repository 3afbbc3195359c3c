import { apiReady, leftOvers, unitInvocations } from "../../support/cluster/cluster-probes";
import { ClusterUser } from "../../support/cluster/cluster-user";
import { guardedWeb } from "../../support/cluster/guarded-web";
import { commandLine, nodeValues, onEach, shellOn } from "../../support/lab/host-probes";
import { eventually, expectSuccess, lab, type Finished } from "../../support/lab/lab";
import { LabCluster } from "../../support/lab/lab-cluster";
import { StackCopies, type RawCluster } from "../../support/stacks/stack-copies";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/workers.yaml";
const hosts = ["r1", "r2", "r3", "r4"];
const copies = new StackCopies();
const whole = new LabCluster("workers", configFile, hosts);
const user = new ClusterUser(whole);

/** The cluster with a change of its stack config. */
function changed(change: (raw: RawCluster) => void): LabCluster {
  return new LabCluster(whole.stack, copies.stack(configFile, change), hosts);
}

/** The cluster without some hosts. */
function without(...names: readonly string[]): LabCluster {
  return changed((raw) => names.forEach((name) => Reflect.deleteProperty(raw.hosts, name)));
}

const few = without("r4");

function ready(name: string): Promise<true> {
  const status = '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}';
  return eventually(`${name} is Ready`, 120, async () =>
    (await nodeValues(whole, status)).includes(`${name} True`) ? true : undefined,
  );
}

function nodeNames(): Promise<string[]> {
  return nodeValues(whole, "{.metadata.name}");
}

/** What a JSONPath gives for one node. */
function ofNode(name: string, path: string): Promise<string> {
  return whole.kubectl("get", "node", name, "-o", `jsonpath=${path}`);
}

function taintsOf(name: string): Promise<string> {
  return ofNode(name, "{range .spec.taints[*]}{.key}={.value}:{.effect} {end}");
}

function expectRefusal({ status, output }: Finished, text: RegExp): void {
  expect(output).toMatch(text);
  expect(status).not.toBe(0);
}

/** Pods of all hosts reach each other, services and names. */
function served(): Promise<true> {
  return eventually("the smoke check passes", 180, async () => {
    await whole.smoke();
    return true as const;
  });
}

async function expectNothingToDo(cluster: LabCluster): Promise<void> {
  expectSuccess(await cluster.pulumi("preview", "--expect-no-changes"));
}

beforeAll(async () => {
  await whole.remove(); // what an earlier run that was cut off left
  await whole.boot();
  expectSuccess(await few.up());
  await whole.writeKubeconfig();
}, 10 * minutes);

afterAll(async () => {
  await whole.remove();
  user.end();
  copies.remove();
}, 5 * minutes);

// each test goes on from the cluster that the one before it left
describe("a worker", () => {
  test(
    "is added by a line of the stack config, and no other host is touched",
    async () => {
      const others = ["r1", "r2", "r3"];
      const before = await onEach(others, unitInvocations);
      const up = await whole.up();
      expectSuccess(up);
      expect(up.output).not.toMatch(/\d+ (updated|replaced|deleted)/);
      expect(await onEach(others, unitInvocations)).toEqual(before);
      await ready("r4");
      await served();
      await expectNothingToDo(whole);
    },
    10 * minutes,
  );

  test(
    "that leaves is kept as it is while a budget keeps its pods, and pod and budget are named",
    async () => {
      await user.apply(...guardedWeb(["r3", "r4"], 2));
      await whole.kubectl("rollout", "status", "deployment/web", "--timeout=120s");
      const before = await unitInvocations("r4");
      const plan = await few.plinth("plan");
      expect(plan.output).toMatch(/^ +nodes drained +1 \(r4\)$/m);
      const up = await few.up();
      expectRefusal(up, /r4 could not be emptied within 15 s; it stays cordoned/);
      expect(up.output).toMatch(
        /default\/web-\S+: The disruption budget web needs 2 healthy pods and has 2 currently/,
      );
      expect(await ofNode("r4", "{.spec.unschedulable}")).toBe("true");
      expect(await unitInvocations("r4")).toBe(before);
    },
    10 * minutes,
  );

  test(
    "goes when the budget lets its pods go: its Node object too, and nothing is left on its host",
    async () => {
      await user.apply(...guardedWeb(["r3", "r4"], 1));
      expectSuccess(await few.up());
      expect(await nodeNames()).toEqual(["r1", "r2", "r3"]);
      expect(await leftOvers("r4")).toBe("");
      await expectNothingToDo(few);
    },
    10 * minutes,
  );
});

describe("a Node object that was deleted by hand", () => {
  test(
    "is missed by the preview, and comes back with labels and taints, and a pod network that works",
    async () => {
      await whole.kubectl("delete", "node", "r2", "r3");
      const preview = await few.pulumi("preview", "--diff");
      for (const name of ["r2", "r3"]) {
        expect(preview.output).toMatch(`${name}: its Node object was deleted: its kubelet starts`);
        expect(preview.output).toMatch(`restarts kubelet on ${name}`);
      }
      expectSuccess(await few.up());
      await Promise.all(["r2", "r3"].map(ready));
      expect(await ofNode("r2", "{.metadata.labels.example\\.org/rack}")).toBe("two");
      expect(await taintsOf("r3")).toBe("example.org/batch=yes:PreferNoSchedule");
      await served();
      await expectNothingToDo(few);
    },
    10 * minutes,
  );

  test(
    "and registered by hand gets its pod network back, too",
    async () => {
      await whole.kubectl("delete", "node", "r2");
      await shellOn("r2", "systemctl restart kubelet");
      await ready("r2");
      const bridge = await eventually("r2 has other addresses for its pods", 60, async () => {
        const [cidr, own] = [
          await ofNode("r2", "{.spec.podCIDR}"),
          await shellOn("r2", "ip -4 -o address show cni0"),
        ];
        return cidr !== "" && !own.includes(cidr.replace("0/24", "1/24")) ? own : undefined;
      });
      expectSuccess(await few.up());
      await served();
      expect(await shellOn("r2", "ip -4 -o address show cni0")).not.toBe(bridge);
      await expectNothingToDo(few);
    },
    10 * minutes,
  );
});

test(
  "taints that were changed by hand are shown and put right, and those of others stay",
  async () => {
    await whole.kubectl(
      "taint",
      "node",
      "r3",
      "example.org/batch-",
      "example.org/mine=x:NoSchedule",
    );
    await whole.kubectl("taint", "node", "r2", "example.org/mine=x:PreferNoSchedule");
    const preview = await few.pulumi("preview", "--diff");
    expect(preview.output).toMatch(/key\s*: "example.org\/batch"/);
    expectSuccess(await few.up());
    expect((await taintsOf("r3")).trim().split(" ").sort()).toEqual([
      "example.org/batch=yes:PreferNoSchedule",
      "example.org/mine=x:NoSchedule",
    ]);
    expect(await taintsOf("r2")).toBe("example.org/mine=x:PreferNoSchedule");
    await expectNothingToDo(few);
    for (const name of ["r2", "r3"])
      await whole.kubectl("taint", "node", name, "example.org/mine-");
  },
  10 * minutes,
);

test(
  "a worker becomes a control plane and a worker again, and stays the node that it was",
  async () => {
    const uid = await ofNode("r2", "{.metadata.uid}");
    const grown = changed((raw) => {
      Reflect.deleteProperty(raw.hosts, "r4");
      raw.hosts.r2!.roles = ["control-plane"];
    });
    expectSuccess(await grown.up());
    await eventually("r2 has an API server of its own", 60, () => apiReady("r2", true));
    expect(await taintsOf("r2")).toBe("node-role.kubernetes.io/control-plane=:NoSchedule");
    await expectNothingToDo(grown);

    expectSuccess(await few.up());
    expect(await shellOn("r2", "ls -d /etc/kubernetes/pki 2>/dev/null; true")).toBe("");
    expect(await taintsOf("r2")).toBe("");
    expect(await ofNode("r2", "{.metadata.uid}")).toBe(uid);
    await ready("r2");
    await served();
    await expectNothingToDo(few);
  },
  15 * minutes,
);

describe("a change that is bad for nodes", () => {
  const bad = changed((raw) => {
    Reflect.deleteProperty(raw.hosts, "r4");
    raw.kubelet = { extraArgs: { "hostname-override": "nobody" } };
  });

  test(
    "ends with the first node, although its kubelet says that it is well",
    async () => {
      expectRefusal(await bad.up(), /its kubelet has not reported since its start/);
      const lines = await onEach(["r1", "r2", "r3"], (host) => commandLine(host, "kubelet"));
      const broken = Object.values(lines).filter((line) =>
        line.includes("--hostname-override=nobody"),
      );
      expect(broken).toHaveLength(1);
    },
    10 * minutes,
  );

  test(
    "is taken back by the next run",
    async () => {
      expectSuccess(await few.up());
      await Promise.all(["r1", "r2", "r3"].map(ready));
      await expectNothingToDo(few);
    },
    10 * minutes,
  );
});

describe("a worker that is gone for good", () => {
  const lost = changed((raw) => {
    for (const name of ["r3", "r4"]) Reflect.deleteProperty(raw.hosts, name);
    raw.lost = ["r3"];
  });

  test(
    "is not lost while it answers",
    async () => {
      expectRefusal(await lost.up(), /r3 answers at 10\.88\.0\.173:22: it is not lost/);
      expect(await nodeNames()).toContain("r3");
    },
    5 * minutes,
  );

  test(
    "is not lost while its kubelet was heard of just now",
    async () => {
      await lab("kill", "r3");
      expectRefusal(await lost.up(), /the node r3 is Ready: it is not lost/);
    },
    5 * minutes,
  );

  test(
    "leaves by its deleted line and one word, and nothing waits for it",
    async () => {
      await eventually("r3 is missed", 180, async () =>
        (await ofNode("r3", '{.status.conditions[?(@.type=="Ready")].status}')) === "Unknown"
          ? true
          : undefined,
      );
      const up = await lost.up();
      expectSuccess(up);
      expect(up.output).toContain("r3 is lost, so nothing on it was cleaned");
      expect(await nodeNames()).toEqual(["r1", "r2"]);
      await expectNothingToDo(lost);
    },
    10 * minutes,
  );
});

import { shellOn } from "../../support/lab/host-probes";
import { expectSuccess, type Finished } from "../../support/lab/lab";
import { LabCluster } from "../../support/lab/lab-cluster";
import { ChangedStack } from "../../support/stacks/changed-stack";
import { minutes } from "../../support/text/durations";

const stack = new ChangedStack("test/support/stacks/identity.yaml");
const cluster = new LabCluster("exchange", stack.file, ["i1", "i2", "i3", "i4"]);
const kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf";

/** The run whose stack config has etcd on these hosts, control planes on the first three and a worker on the last. */
function upWith(...members: readonly number[]): Promise<Finished> {
  const hosts = [1, 2, 3, 4].map((number) => {
    const roles = [
      ...(members.includes(number) ? ["etcd"] : []),
      number === 4 ? "worker" : "control-plane",
    ];
    return [`i${number}`, { address: `10.88.0.${150 + number}`, roles }] as const;
  });
  stack.set({ hosts: Object.fromEntries(hosts) });
  return cluster.up();
}

/** Names of etcd's members, as one of them lists them. */
async function members(host: string): Promise<readonly string[]> {
  const settings = "set -a; . /etc/kubernetes/etcd/etcdctl.env";
  const list = "ETCDCTL_ENDPOINTS=https://127.0.0.1:2379 etcdctl member list | cut -d, -f3";
  const names = await shellOn(host, `${settings}; ${list}`);
  return names
    .split("\n")
    .map((name) => name.trim())
    .sort();
}

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot();
  expectSuccess(await upWith(1, 2, 3));
  await shellOn("i1", `${kubectl} create configmap kept --from-literal=a=b`);
}, 10 * minutes);

afterAll(() => cluster.remove(), 5 * minutes);

// each test goes on from the cluster that the one before it left
test.each([
  [[4], "a host that is no control plane"],
  [[1, 2, 3], "the control planes"],
])(
  "all members of etcd are exchanged for %j, %s, in one edit, and what it stores moves there",
  async (wanted) => {
    expectSuccess(await upWith(...wanted));
    const names = wanted.map((number) => `i${number}`);
    expect(await members(names[0] ?? "")).toEqual(names);
    const kept = `${kubectl} get configmap kept -o 'jsonpath={.data.a}'`;
    expect(await shellOn("i2", kept)).toBe("b");
    expectSuccess(await cluster.pulumi("preview", "--expect-no-changes"));
  },
  10 * minutes,
);

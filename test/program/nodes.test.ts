import * as pulumi from "@pulumi/pulumi";
import { ApiReader } from "../../addons/api/api-reader";
import { etcdSays } from "../support/fakes/etcd-looks";
import { clusterProgram } from "../support/program/program-fixture";
import type { RecordedProgram, RecordedResource } from "../support/program/recorded-program";

jest.mock("../../components/operator/reachable-server", () => ({
  isReachable: () => Promise.resolve(true),
}));

jest.mock("../../addons/api/api-reader", () => ({ ApiReader: jest.fn() }));

const controlPlane = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
const foreign = {
  key: "example.org/foreign",
  effect: "NoExecute",
  timeAdded: "2026-01-01T00:00:00Z",
};

interface Node {
  readonly taints?: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly podCIDR?: string;
  readonly ready?: string;
}

/** A living cluster `ha`: what the API has of its nodes, and what its workers' hosts remember. */
async function living(
  changed: Readonly<Record<string, Node | undefined>>,
  texts: Readonly<Record<string, string>> = {},
  reinstalled?: string,
): Promise<RecordedProgram> {
  const all: Readonly<Record<string, Node | undefined>> = {
    ...{ cp1: { taints: [controlPlane] }, cp2: { taints: [controlPlane] } },
    ...{ cp3: { taints: [controlPlane] }, w1: {}, ...changed },
  };
  const items = Object.entries(all).flatMap(([name, node]) => {
    if (node === undefined) return [];
    const { taints, annotations, podCIDR, ready = "True" } = node;
    const conditions = [{ type: "Ready", status: ready }];
    return [{ metadata: { name, annotations }, spec: { taints, podCIDR }, status: { conditions } }];
  });
  // every kubelet renews its lease between two looks
  let looks = 0;
  const read = (path: string) =>
    Promise.resolve(
      path.includes("/leases/") ? { spec: { renewTime: String(looks++) } } : { items },
    );
  const metadata = () => Promise.resolve([]);
  jest.mocked(ApiReader).mockImplementation(() => ({ read, metadata }) as unknown as ApiReader);
  return clusterProgram(
    "ha",
    (input) => input,
    (host) =>
      host === reinstalled
        ? {}
        : {
            paths: ["/var/lib/etcd/member"],
            owner: { cluster: "ha" },
            layers: ["etcd", "control-plane", "runtime", "node"],
            ...etcdSays("cp1=10.0.0.11 cp2=10.0.0.12 cp3=10.0.0.13"),
            texts: { "/var/lib/kubelet/registration": "1\n", ...(host === "w1" ? texts : {}) },
          },
  );
}

function named({ resources }: RecordedProgram, name: string): RecordedResource {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`the program has no ${name}`);
  return found;
}

describe("the patch of a node", () => {
  const patch = async (node: Node, host = "w1") => {
    const { inputs, ignoreChanges } = named(await living({ [host]: node }), `ha-${host}-labels`);
    return { spec: inputs.spec, ignoreChanges };
  };
  const untouched = { spec: {}, ignoreChanges: ["spec.taints"] };

  test("leaves taints alone that are as they should be, those of others too", async () => {
    expect(await patch({ taints: [controlPlane, foreign] }, "cp1")).toEqual(untouched);
    expect(await patch({ taints: [foreign] })).toEqual(untouched);
  });

  test("puts back a taint that is missing, beside those of others", async () => {
    expect(await patch({ taints: [foreign] }, "cp1")).toEqual({
      spec: { taints: [foreign, controlPlane] },
      ignoreChanges: [],
    });
  });

  test("takes away a taint that the stack config has no longer", async () => {
    const annotations = { "plinth/taints": "gpu=yes:NoSchedule" };
    const gpu = { key: "gpu", value: "yes", effect: "NoSchedule" };
    expect(await patch({ taints: [gpu, foreign], annotations })).toEqual({
      spec: { taints: [foreign] },
      ignoreChanges: [],
    });
  });

  test("leaves it to the kubelet to bring a new node's taints along", async () => {
    const program = await living({ cp1: undefined });
    expect(named(program, "ha-cp1-labels").inputs).toMatchObject({
      metadata: { annotations: { "plinth/taints": `${controlPlane.key}:NoSchedule` } },
      spec: {},
    });
  });
});

describe("a node's layer", () => {
  const layer = async (node: Node | undefined, texts = {}) => {
    const { inputs } = named(await living({ w1: node }, texts), "ha-w1-node");
    const files = inputs.files as Readonly<Record<string, { content: string }>>; // as the provider takes them
    const rollout = inputs.rollout as {
      readonly prepare?: { readonly command: readonly string[] };
    };
    return [files["/var/lib/kubelet/registration"]?.content, rollout.prepare?.command[3]];
  };
  const subnet = { "/run/flannel/subnet.env": "FLANNEL_SUBNET=10.244.1.1/24\n" };
  const annotations = { "flannel.alpha.coreos.com/kube-subnet-manager": "true" };

  test("stays as it is while the API knows the node", async () => {
    expect(await layer({ podCIDR: "10.244.1.0/24", annotations }, subnet)).toEqual([
      "1\n",
      undefined,
    ]);
  });

  test("has a node registered anew that was deleted by hand, with a new pod network", async () => {
    expect(await layer(undefined, subnet)).toEqual(["2\n", "renew-pod-network"]);
  });

  test("has the pod network made anew of a node that was registered by hand", async () => {
    expect(await layer({ podCIDR: "10.244.9.0/24", annotations }, subnet)).toEqual([
      "2\n",
      "renew-pod-network",
    ]);
  });
});

describe("add-ons are not waited for", () => {
  const skips = async (nodes: Readonly<Record<string, Node>>) => {
    const { resources } = await living(nodes);
    const skipping = resources.filter(
      ({ type, inputs }) =>
        type.endsWith(":DaemonSet") && JSON.stringify(inputs).includes("pulumi.com/skipAwait"),
    );
    return skipping.length > 0;
  };

  test("while a node that nobody knows is not Ready", async () => {
    expect(await skips({ w9: { ready: "Unknown" } })).toBe(true);
  });

  test("but for a left-over node that is Ready, and on a sound cluster, they are", async () => {
    expect(await skips({ w9: {} })).toBe(false);
  });

  test("while a node of the stack config stays not Ready, which is named and no secret", async () => {
    jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
    const program = await living({ w1: { ready: "False" } });
    const daemonSet = program.resources.find(({ type }) => type.endsWith(":DaemonSet"));
    expect(JSON.stringify(daemonSet?.inputs.metadata)).toContain("pulumi.com/skipAwait");
    expect(daemonSet?.secretInputs).toEqual([]);
    expect(jest.mocked(pulumi.log.warn).mock.calls.map(([text]) => text)).toContain(
      "w1: not Ready; no add-on is waited for, as its pods there never get ready",
    );
    jest.restoreAllMocks();
  });
});

describe("a machine without anything of the cluster, under the name of a node", () => {
  test("ends the run while that node's kubelet answers", async () => {
    await expect(living({}, {}, "w1")).rejects.toThrow(
      "w1: the machine at 10.0.0.21 has nothing of this cluster, but the kubelet of the node w1 answers",
    );
  });

  test("is taken for that node, reinstalled, where the kubelet answers no more", async () => {
    // in a preview nobody waits for it to report
    jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
    const program = await living({ w1: { ready: "Unknown" } }, {}, "w1");
    jest.restoreAllMocks();
    expect(named(program, "ha-w1-node").inputs.layer).toBe("node");
  });
});

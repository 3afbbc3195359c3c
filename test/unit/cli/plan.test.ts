import { hasChanges, plan } from "../../../cli/plan/plan";
import { planText } from "../../../cli/plan/plan-text";
import {
  previewDigest,
  type PreviewDigest,
  type PreviewStep,
} from "../../../cli/plan/preview-digest";

const parents = "urn:pulumi:dev::plinth::plinth:control-plane:ControlPlane";

function layer(op: string, host: string, name: string): PreviewStep {
  const inputs = {
    host: { name: host, address: "192.0.2.1" },
    layer: name,
    unitOrder: [`kube-${name}.service`],
  };
  const urn = `${parents}$plinth:index:HostLayer::dev-${host}-${name}`;
  return { op, urn, ...(op === "delete" ? { oldState: { inputs } } : { newState: { inputs } }) };
}

function object(op: string, kind: string, metadata: object): PreviewStep {
  const urn = `urn:pulumi:dev::plinth::plinth:addon:CoreDns$kubernetes:apps/v1:${kind}::x`;
  return { op, urn, newState: { inputs: { metadata } } };
}

const release: PreviewStep = {
  op: "update",
  urn: "urn:pulumi:dev::plinth::plinth:addons:Charts$kubernetes:helm.sh/v3:Release::dev-chart-web",
  newState: { inputs: { name: "web", namespace: "shop" } },
};

const line = (unit: string, host: string) => ({
  urn: `${parents}$plinth:index:HostLayer::dev-${host}`,
  message: `info: restarts ${unit} on ${host} (one host of control-plane at a time)\n`,
  severity: "info",
});

const digest: PreviewDigest = {
  steps: [
    { op: "create", urn: "urn:pulumi:dev::plinth::pulumi:pulumi:Stack::plinth-dev" },
    // drift that refreshing showed, then what is done about it
    layer("update", "cp1", "control-plane"),
    layer("update", "cp1", "control-plane"),
    layer("update", "cp2", "control-plane"),
    layer("delete", "w1", "node"),
    layer("create", "w2", "node"),
    layer("refresh", "cp3", "control-plane"),
    object("update", "Deployment", { namespace: "kube-system", name: "coredns" }),
    object("create", "Namespace", { name: "kube-flannel" }),
    release,
  ],
  diagnostics: [
    line("kube-apiserver", "cp1"),
    line("kube-apiserver, kube-scheduler", "cp2"),
    { message: "warning: mind the gap\n", severity: "warning" },
  ],
  changeSummary: { same: 90, update: 3 },
};

test("a plan names each host that changes with its layers and units, and counts everything once", () => {
  const found = plan(digest);
  expect(found).toMatchObject({
    resources: { create: 2, update: 4, replace: 0, delete: 1, unchanged: 90 },
    hosts: {
      cp1: { layers: { "control-plane": "update" }, restarts: ["kube-apiserver"], stops: [] },
      cp2: { restarts: ["kube-apiserver", "kube-scheduler"] },
      w1: { layers: { node: "delete" }, restarts: [], stops: ["kube-node"] },
      w2: { layers: { node: "create" }, restarts: [], reloads: [], stops: [], starts: [] },
    },
    addons: {
      create: ["Namespace kube-flannel"],
      update: ["Deployment kube-system/coredns", "Release shop/web"],
    },
    steps: [],
    warnings: ["mind the gap"],
  });
  expect(Object.keys(found.hosts)).toEqual(["cp1", "cp2", "w1", "w2"]);
});

test("API servers and etcd members go down in turns, as many at a time as their group says", () => {
  const found = plan(digest);
  expect(found.apiServers).toEqual({ hosts: ["cp1", "cp2"], atATime: 1 });
  expect(found.etcdMembers).toEqual({ hosts: [], atATime: 0 });
});

test("members that are removed go down all at once", () => {
  const steps = ["cp1", "cp2"].map((host): PreviewStep => {
    const step = layer("delete", host, "etcd");
    return {
      ...step,
      oldState: { inputs: { ...step.oldState?.inputs, unitOrder: ["etcd.service"] } },
    };
  });
  expect(plan({ steps }).etcdMembers).toEqual({ hosts: ["cp1", "cp2"], atATime: 2 });
});

test("a node that is drained first is named", () => {
  const message = `restarts kubelet on w1 (one host of node at a time, after "kubectl drain w1" on cp1)`;
  expect(plan({ diagnostics: [{ message }] }).drains).toEqual(["w1"]);
});

test("a node that leaves is drained, unless it is lost", () => {
  const steps = ["w1", "w2"].map((host) => layer("delete", host, "node"));
  expect(plan({ steps: [...steps, layer("delete", "cp1", "etcd")] }).drains).toEqual(["w1", "w2"]);
  const lost = { host: "w2", action: "forget", reason: "it is gone for good" } as const;
  expect(plan({ steps }, [lost]).drains).toEqual(["w1"]);
});

test("a plan reads as one subject a line", () => {
  expect(planText(plan(digest))).toBe(`This run would change:
  resources          2 to create, 4 to update, 1 to delete, 90 unchanged
  hosts touched      4 (cp1, cp2, w1, w2)
  units restarted    3 (kube-apiserver on cp1, kube-apiserver on cp2, kube-scheduler on cp2)
  units reloaded     none
  units stopped      1 (kube-node on w1)
  units started      none
  nodes drained      1 (w1)
  API servers down   2 (cp1, cp2), 1 at a time
  etcd members down  none
  add-ons            1 to create, 2 to update (Deployment kube-system/coredns, Release shop/web)`);
});

test("a preview of what is as it should be has no changes", () => {
  expect(hasChanges(plan({ changeSummary: { same: 100 } }))).toBe(false);
  expect(hasChanges(plan(digest))).toBe(true);
});

test("what ended before there was a digest is none", () => {
  expect(previewDigest("")).toBeUndefined();
  expect(previewDigest("error: no stack named 'dev' found")).toBeUndefined();
});

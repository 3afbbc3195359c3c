import {
  changedIds,
  expectRepair,
  onEach,
  startedUnits,
  textOf,
  type HostRuns,
} from "../support/drift";
import { driftCases } from "../support/drift-cases";
import { hostSnapshot, unitRuns } from "../support/host-snapshot";
import { expectSuccess } from "../support/lab";
import { LabCluster } from "../support/lab-cluster";
import { saidConsequences } from "../support/preview-output";
import { StackCopies, type RawCluster } from "../support/stack-copies";

const minutes = 60_000;
const hosts = ["a1", "a2", "a3", "a4"];
const controlPlanes = ["a1", "a2", "a3"];
const stackFile = "test/support/stacks/truth.yaml";
const cluster = new LabCluster("truth", stackFile, hosts);
const copies = new StackCopies();

/** Version of every object in the cluster that has one and no status. */
function objectVersions(): Promise<string> {
  const kinds = "configmaps,services,serviceaccounts,clusterroles,clusterrolebindings";
  const path = '{range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion}{"\\n"}{end}';
  return cluster.kubectl("get", kinds, "-A", "-o", `jsonpath=${path}`);
}

/** A preview of the cluster's stack config with a change, line by line. */
async function previewWith(change: (raw: RawCluster) => void): Promise<string> {
  const changed = new LabCluster(cluster.stack, copies.stack(stackFile, change), hosts);
  const preview = await changed.pulumi("preview", "--diff", "--color", "never");
  expectSuccess(preview);
  return preview.output;
}

const layers = (names: readonly string[], layer: string): string[] =>
  names.map((host) => `${host}/${layer}`);
const oneAtATime = (group: string): string => `(one host of ${group} at a time)`;

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot();
  expectSuccess(await cluster.up());
  await cluster.writeKubeconfig();
}, 15 * minutes);

afterAll(async () => {
  await cluster.remove();
  copies.remove();
}, 5 * minutes);

describe("on an untouched cluster", () => {
  test(
    "a second up changes nothing: no resource, no object, no file's times, no unit's start",
    async () => {
      const look = async () => ({
        files: await onEach(hosts, hostSnapshot),
        objects: await objectVersions(),
      });
      const [before, runs] = [await look(), await onEach(hosts, unitRuns)];
      const second = await cluster.up();
      expectSuccess(second);
      expect(second.output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
      expect(await look()).toEqual(before);
      expect(startedUnits(runs, await onEach(hosts, unitRuns))).toEqual([]);
    },
    10 * minutes,
  );

  test(
    "a preview finds nothing to change, with two round trips to each host",
    async () => {
      const preview = await cluster.pulumi("preview", "--expect-no-changes", "--debug");
      expectSuccess(preview);
      const said = [...preview.output.matchAll(/(\d+) round trips to (\w+) so far/g)];
      const most = (host: string): number =>
        Math.max(...said.filter(([, , name]) => name === host).map(([, count]) => Number(count)));
      expect(Object.fromEntries(hosts.map((host) => [host, most(host)]))).toEqual({
        a1: 2,
        a2: 2,
        a3: 2,
        a4: 2,
      });
    },
    10 * minutes,
  );
});

describe("a preview shows the hosts, lines and consequences of", () => {
  let before: { files: Record<string, readonly string[]>; runs: HostRuns };

  beforeAll(async () => {
    before = { files: await onEach(hosts, hostSnapshot), runs: await onEach(hosts, unitRuns) };
  }, 2 * minutes);

  test(
    "a kubelet field and the version of a binary",
    async () => {
      const output = await previewWith((raw) => {
        raw.kubelet = { maxPods: 90 };
        raw.artifacts.catalogueFile = copies.catalogue(
          raw.artifacts.catalogueFile,
          "crictl",
          (entry) => {
            entry.version = "1.99.0";
            for (const download of [entry.amd64, entry.arm64])
              if (download) download.sha256 = "b".repeat(64);
          },
        );
      });
      expect(changedIds(output)).toEqual(
        [...layers(hosts, "node"), ...layers(hosts, "runtime")].sort(),
      );
      for (const id of layers(hosts, "node"))
        expect(textOf(output, id)).toMatch(/~ maxPods +: 110 => 90/);
      for (const id of layers(hosts, "runtime"))
        expect(textOf(output, id)).toMatch(/bin\/crictl: \{\n.*sha256: "[0-9a-f]{64}" => "b{64}"/);
      expect(saidConsequences(output)).toEqual([
        ...hosts.map((host) => `interrupts nothing on ${host}`),
        ...hosts.map((host) => `restarts kubelet on ${host} ${oneAtATime("node")}`),
      ]);
    },
    5 * minutes,
  );

  test(
    "an API server argument, an audit rule and a kernel parameter",
    async () => {
      const output = await previewWith((raw) => {
        raw.controlPlane = {
          apiServer: { extraArgs: { "max-requests-inflight": "500" } },
          audit: { rules: [{ level: "Metadata", users: ["system:kube-scheduler"] }] },
        };
        raw.sysctls = { "net.ipv4.tcp_keepalive_time": 900 };
      });
      expect(changedIds(output)).toEqual(
        [...layers(controlPlanes, "control-plane"), ...layers(hosts, "node")].sort(),
      );
      for (const id of layers(controlPlanes, "control-plane")) {
        expect(textOf(output, id)).toMatch(/\+ +--max-requests-inflight=500 \\/);
        expect(textOf(output, id)).toMatch(/audit-policy\.yaml: [^]*~ level: "None" => "Metadata"/);
      }
      for (const id of layers(hosts, "node"))
        expect(textOf(output, id)).toContain('~ net.ipv4.tcp_keepalive_time: "600" => "900"');
      expect(saidConsequences(output)).toEqual([
        ...hosts.map((host) => `interrupts nothing on ${host}`),
        ...controlPlanes.map(
          (host) => `restarts kube-apiserver on ${host} ${oneAtATime("control-plane")}`,
        ),
      ]);
    },
    5 * minutes,
  );

  test(
    "a control plane that goes: balancers of other hosts are only reloaded",
    async () => {
      const output = await previewWith((raw) => void (raw.hosts.a3!.roles = ["etcd", "worker"]));
      expect(textOf(output, "a4/node")).toMatch(/- +server a3 10\.88\.0\.43:6443/);
      expect(saidConsequences(output)).toEqual([
        "reloads kube-apiserver-balancer on a4",
        "starts kube-apiserver-balancer on a3",
      ]);
      expect(output).not.toContain("PRIVATE KEY");
    },
    5 * minutes,
  );

  test(
    "and touches nothing on any host",
    async () => {
      expect(await onEach(hosts, hostSnapshot)).toEqual(before.files);
      expect(startedUnits(before.runs, await onEach(hosts, unitRuns))).toEqual([]);
    },
    2 * minutes,
  );
});

describe("a change by hand is named by the preview and repaired alone", () => {
  const usual = driftCases.filter((drift) => drift.usual);
  test.each(usual)("$what", (drift) => expectRepair(cluster, drift), 10 * minutes);
});

import { changedIds, startedUnits, textOf, type HostRuns } from "./drift";
import { onEach } from "../lab/host-probes";
import { hostSnapshot, unitRuns } from "../lab/host-snapshot";
import { expectSuccess } from "../lab/lab";
import { LabCluster } from "../lab/lab-cluster";
import { saidRestartNotes } from "../text/preview-output";
import { StackCopies, type RawCluster } from "../stacks/stack-copies";
import { minutes } from "../text/durations";

const original = "test/support/stacks/truth.yaml";

/** The cluster of test/support/stacks/truth.yaml, or some of its hosts. */
export class TruthCluster {
  readonly copies = new StackCopies();
  readonly cluster: LabCluster;
  readonly controlPlanes: readonly string[];
  private readonly file: string;

  constructor(
    stack: string,
    readonly hosts: readonly string[],
  ) {
    let controlPlanes: readonly string[] = [];
    this.file = this.copies.stack(original, (raw) => {
      const kept = Object.entries(raw.hosts).filter(([name]) => hosts.includes(name));
      const isControlPlane = ({ roles }: RawCluster["hosts"][string]): boolean =>
        Array.isArray(roles) && roles.includes("control-plane");
      controlPlanes = kept.flatMap(([name, host]) => (isControlPlane(host) ? [name] : []));
      raw.hosts = Object.fromEntries(kept);
    });
    this.controlPlanes = controlPlanes;
    this.cluster = new LabCluster(stack, this.file, hosts);
  }

  async boot(): Promise<void> {
    await this.cluster.remove(); // what an earlier run that was cut off left
    await this.cluster.boot();
  }

  async remove(): Promise<void> {
    await this.cluster.remove();
    this.copies.remove();
  }

  /** A preview of the cluster's stack config with a change, line by line. */
  async previewWith(change: (raw: RawCluster) => void): Promise<string> {
    const { cluster, copies, file, hosts } = this;
    const changed = new LabCluster(cluster.stack, copies.stack(file, change), hosts);
    const preview = await changed.pulumi("preview", "--diff", "--color", "never");
    expectSuccess(preview);
    return preview.output;
  }

  /** Version of every object in the cluster that has one and no status. */
  objectVersions(): Promise<string> {
    const kinds = "configmaps,services,serviceaccounts,clusterroles,clusterrolebindings";
    const path =
      '{range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion}{"\\n"}{end}';
    return this.cluster.kubectl("get", kinds, "-A", "-o", `jsonpath=${path}`);
  }
}

/** Tests that nothing happens where nothing differs. */
export function noOpTests(truth: TruthCluster): void {
  const { cluster, hosts } = truth;
  test(
    "a second up changes nothing: no resource, no object, no file's times, no unit's start",
    async () => {
      const look = async () => ({
        files: await onEach(hosts, hostSnapshot),
        objects: await truth.objectVersions(),
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
      expect(hosts.map((host) => [host, most(host)])).toEqual(hosts.map((host) => [host, 2]));
    },
    10 * minutes,
  );
}

const layers = (names: readonly string[], layer: string): string[] =>
  names.map((host) => `${host}/${layer}`);
const oneAtATime = (group: string): string => `(one host of ${group} at a time)`;

/** Tests of what a preview shows, `further` ones included, and that nothing is touched by any. */
export function previewTests(truth: TruthCluster, further: () => void = () => undefined): void {
  const { controlPlanes, copies, hosts } = truth;
  let before: { files: Record<string, readonly string[]>; runs: HostRuns };

  beforeAll(async () => {
    before = { files: await onEach(hosts, hostSnapshot), runs: await onEach(hosts, unitRuns) };
  }, 2 * minutes);

  test(
    "a kubelet field and the version of a binary",
    async () => {
      const output = await truth.previewWith((raw) => {
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
      expect(saidRestartNotes(output)).toEqual([
        ...hosts.map((host) => `interrupts nothing on ${host}`),
        ...hosts.map((host) => `restarts kubelet on ${host} ${oneAtATime("node")}`),
      ]);
    },
    5 * minutes,
  );

  test(
    "an API server argument, an audit rule and a kernel parameter",
    async () => {
      const output = await truth.previewWith((raw) => {
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
      expect(saidRestartNotes(output)).toEqual([
        ...hosts.map((host) => `interrupts nothing on ${host}`),
        ...controlPlanes.map(
          (host) => `restarts kube-apiserver on ${host} ${oneAtATime("control-plane")}`,
        ),
      ]);
    },
    5 * minutes,
  );

  further();

  test(
    "and touches nothing on any host",
    async () => {
      expect(await onEach(hosts, hostSnapshot)).toEqual(before.files);
      expect(startedUnits(before.runs, await onEach(hosts, unitRuns))).toEqual([]);
    },
    2 * minutes,
  );
}

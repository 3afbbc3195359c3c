import { lastWords } from "../../support/stacks/bad-stack";
import { ApiTraffic } from "../../support/traffic/api-traffic";
import { apiReady, unitInvocations } from "../../support/cluster/cluster-probes";
import { expectGoldenFile } from "../../support/golden/golden-tree";
import { commandLine, shellOn } from "../../support/lab/host-probes";
import { eventually, expectSuccess, lab } from "../../support/lab/lab";
import { LabCluster } from "../../support/lab/lab-cluster";
import { outages, overlaps } from "../../support/lab/outages";
import { StackCopies, type RawCluster } from "../../support/stacks/stack-copies";
import { minutes } from "../../support/text/durations";

const configFile = "test/support/stacks/rolling.yaml";
const controlPlanes = ["b1", "b2", "b3"];
const hosts = [...controlPlanes, "b4", "b5"];
const cluster = new LabCluster("rolling", configFile, hosts);
const copies = new StackCopies();

/** The cluster with a change of its stack config. */
function changed(change: (raw: RawCluster) => void): LabCluster {
  return new LabCluster(cluster.stack, copies.stack(configFile, change), hosts);
}

function apiServerArgs(extraArgs: Readonly<Record<string, string>>) {
  return (raw: RawCluster): void => void (raw.controlPlane = { apiServer: { extraArgs } });
}

/** Settings that restart every API server and every member of etcd. */
function rolled(raw: RawCluster): void {
  raw.etcd = { extraArgs: { "auto-compaction-retention": "1h" } };
  apiServerArgs({ "max-requests-inflight": "500" })(raw);
}

function inMaintenance(...names: readonly string[]) {
  return (raw: RawCluster): void => names.forEach((name) => (raw.hosts[name]!.maintenance = true));
}

function proxyArgs(v: string) {
  return (raw: RawCluster): void => void (raw.kubeProxy = { extraArgs: { v } });
}

/** An error with the journal of a unit that starts again and again, told from one start to the next. */
function wholeStart(text: string): string {
  return text
    .replace(/Result=\S+ ExecMainStatus=\d+ ActiveState=\S+ SubState=\S+/, "<state of the unit>")
    .replace(/(<state of the unit>\n)([^]*?)( +Starting [^]*?)(?=^ {2}\S)/m, "$1$3$2");
}

/** All invocations of units on some hosts. */
function invocations(on: readonly string[]): Promise<readonly string[]> {
  return Promise.all(on.map(unitInvocations));
}

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot();
  expectSuccess(await cluster.up());
  await cluster.writeKubeconfig();
}, 10 * minutes);

afterAll(async () => {
  await cluster.remove();
  copies.remove();
}, 2 * minutes);

// each test goes on from the cluster that the one before it left
describe("a change that restarts every API server and every member of etcd", () => {
  test(
    "rolls from host to host: never are two down at once, no acknowledged write is lost, no request fails",
    async () => {
      const traffic = await ApiTraffic.start(cluster, "b4");
      const since = Date.now();
      const up = await changed(rolled).up();
      const { requests, failures, turnedAway, acknowledged } = await traffic.stop();
      expectSuccess(up);

      for (const unit of ["etcd.service", "kube-apiserver.service"]) {
        const each = await Promise.all(controlPlanes.map((host) => outages(host, unit, since)));
        expect(each.map((one) => one.length)).toEqual([1, 1, 1]);
        expect(overlaps(each.flat())).toEqual([]);
      }
      expect(acknowledged.length).toBeGreaterThan(20);
      expect(await traffic.stored()).toEqual(expect.arrayContaining([...acknowledged]));
      expect(requests).toBeGreaterThan(100);
      // a write on its way to an etcd leader that hands over may be lost, which nobody can spare the
      // client (https://github.com/etcd-io/etcd/issues/8975): rare, and to be seen where it happens
      expect(failures).toEqual([]);
      // one for each of the two kept connections and each restart, at the very most
      expect(turnedAway.length).toBeLessThanOrEqual(2 * controlPlanes.length);
    },
    8 * minutes,
  );

  test(
    "stops at the first host where it fails, says why, and leaves the others as they are",
    async () => {
      const before = await Promise.all(controlPlanes.map(unitInvocations));
      const up = await changed((raw) => {
        rolled(raw);
        apiServerArgs({ "max-requests-inflight": "500", "audit-log-maxage": "thirty" })(raw);
      }).up();
      expect(up.status).not.toBe(0);
      const after = await Promise.all(controlPlanes.map(unitInvocations));
      const touched = controlPlanes.filter((_, at) => after[at] !== before[at]);
      expect(touched).toHaveLength(1);
      const steady = lastWords(up.output)
        .replaceAll(touched[0] ?? "", "<host>")
        .replace(/\bb[123]\b(?!\.)/g, "<another>")
        .replace(/\b\d+ times|\bis at \d+/g, (number) => number.replace(/\d+/, "<n>"));
      const sorted = steady.split("\n\n").sort().join("\n\n");
      const text = [...new Set(sorted.split("\n"))].join("\n");
      expectGoldenFile("errors/bad-api-server-argument.txt", wholeStart(text));
    },
    5 * minutes,
  );

  test(
    "and is taken back by the next run",
    async () => {
      expectSuccess(await cluster.up());
      for (const host of controlPlanes)
        expect((await commandLine(host, "kube-apiserver")).join(" ")).not.toMatch(/thirty|=500/);
      await Promise.all(controlPlanes.map((host) => eventually("ready", 10, () => ready(host))));
    },
    8 * minutes,
  );
});

describe("a worker and a control plane that are down", () => {
  const away = ["b1", "b5"];
  const others = ["b2", "b3", "b4"];

  test(
    "end a run that names them, before anything is touched",
    async () => {
      await lab("kill", ...away);
      const up = await cluster.up();
      expect(up.status).not.toBe(0);
      expect(up.output).toMatch(/^\s*b1 +b1 \(10\.88\.0\.81:22\): not reachable over SSH/m);
      expect(up.output).toMatch(/^\s*b5 +b5 \(10\.88\.0\.85:22\): not reachable over SSH/m);
    },
    2 * minutes,
  );

  test(
    "are left alone in maintenance, and the preview says so, while all others can be changed",
    async () => {
      const without = changed((raw) => {
        inMaintenance(...away)(raw);
        proxyArgs("1")(raw);
        raw.addons = { coredns: { replicas: 3 } };
      });
      const preview = await without.pulumi("preview", "--diff");
      expectSuccess(preview);
      for (const name of away)
        expect(preview.output.match(new RegExp(`${name} is left alone: `, "g"))).toHaveLength(1);
      expect(preview.output).not.toMatch(/id=b[15]\//);
      expectSuccess(await without.up());
      for (const host of others) expect(await commandLine(host, "kube-proxy")).toContain("--v=1");
    },
    8 * minutes,
  );

  test(
    "keep a change of etcd waiting that would cost its quorum, before anything is touched",
    async () => {
      const before = await invocations(others);
      const without = changed((raw) => {
        inMaintenance(...away)(raw);
        raw.etcd = { extraArgs: { "auto-compaction-retention": "2h" } };
      });
      const preview = await without.pulumi("preview");
      expect(preview.status).not.toBe(0);
      const text = lastWords(preview.output).replace(/\bb[23]\b(?!\.)/g, "<host>"); // whichever was first
      expectGoldenFile("errors/etcd-quorum.txt", text);
      const up = await without.pulumi("up", "--yes", "--skip-preview", "--target", "**etcd");
      expect(up.status).not.toBe(0);
      expect(await invocations(others)).toEqual(before);
    },
    4 * minutes,
  );

  test(
    "are brought up to date by the first run after the maintenance",
    async () => {
      await lab("start", ...away);
      expectSuccess(await changed(proxyArgs("1")).up());
      for (const host of hosts) expect(await commandLine(host, "kube-proxy")).toContain("--v=1");
    },
    8 * minutes,
  );
});

describe("API servers that are stopped and can't start, on all hosts", () => {
  test(
    "are repaired, and then the cluster: what changes in it is previewed and applied in the same run",
    async () => {
      for (const host of controlPlanes)
        await shellOn(
          host,
          "systemctl stop kube-apiserver; echo wrong >/etc/kubernetes/apiserver/admission.yaml",
        );
      const wanted = changed((raw) => {
        proxyArgs("1")(raw);
        raw.addons = { coredns: { replicas: 1 } };
      });
      const preview = await wanted.pulumi("preview", "--diff");
      expect(preview.output).toMatch(/replicas\s*: 2 => 1/);
      expectSuccess(await wanted.up());
      expect(await replicas()).toBe("1");
      const again = await wanted.pulumi("preview", "--expect-no-changes");
      expectSuccess(again);
    },
    8 * minutes,
  );
});

function ready(host: string): Promise<true | undefined> {
  return apiReady(host, true);
}

function replicas(): Promise<string> {
  const path = "jsonpath={.spec.replicas}";
  return cluster.kubectl("get", "deployment", "coredns", "-n", "kube-system", "-o", path);
}

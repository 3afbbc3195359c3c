import { apiReady, leftOvers, nodes, unitInvocations } from "../support/cluster/cluster-probes";
import { onEach } from "../support/lab/host-probes";
import { eventually, expectSuccess, kubectl, lab, onHost, pulumi } from "../support/lab/lab";
import { LabCluster } from "../support/lab/lab-cluster";
import { minutes } from "../support/text/durations";

const controlPlanes = ["cp1", "cp2", "cp3"];
const workers = ["w1", "w2"];
const hosts = [...controlPlanes, ...workers];

function allReady(): Promise<true> {
  return eventually("every node is Ready", 180, async () =>
    Object.values(await nodes()).filter(Boolean).length === hosts.length ? true : undefined,
  );
}

// each test goes on from the cluster that the one before it left
describe("a cluster of three control planes and two workers", () => {
  // other tests have the machine to themselves
  afterAll(() => new LabCluster("dev", "Pulumi.dev.yaml", hosts).remove(), 5 * minutes);

  test(
    "is made by one command, with pods that talk to each other and names that resolve",
    async () => {
      const { output } = await lab("start");
      expect(output).toContain("The cluster is up");
      expect(await nodes()).toEqual(Object.fromEntries(hosts.map((host) => [host, true])));
    },
    40 * minutes,
  );

  test(
    "is left alone by a second run: no change, no unit restarted",
    async () => {
      const before = await onEach(hosts, unitInvocations);
      const second = await lab("start");
      expect(second.output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
      expect(await onEach(hosts, unitInvocations)).toEqual(before);
    },
    5 * minutes,
  );

  test(
    "has no difference to the stack config for a preview to show",
    async () => {
      const preview = await pulumi("preview", "--expect-no-changes");
      expectSuccess(preview);
    },
    2 * minutes,
  );

  test(
    "shows a hand-made change line by line in the preview, and repairs that alone",
    async () => {
      const before = await onEach(hosts, unitInvocations);
      await onHost(
        "w1",
        "sed",
        "-i",
        "s/maxPods:.*/maxPods:\\ 42/",
        "/var/lib/kubelet/config.yaml",
      );
      const preview = await pulumi("preview", "--diff");
      expect(preview.output).toMatch(/maxPods\s*: 42 => 110/);
      const up = await pulumi("up", "--yes", "--skip-preview");
      expect(up.output).toMatch(/~ 1 updated/);
      expect(await onHost("w1", "grep", "maxPods", "/var/lib/kubelet/config.yaml")).not.toContain(
        "42",
      );
      // the kubelet never read the wrong file, so it need not restart
      expect(await onEach(hosts, unitInvocations)).toEqual(before);
    },
    5 * minutes,
  );

  test.each(controlPlanes)(
    "keeps its API within reach of every other host when %s dies, and takes it back",
    async (victim) => {
      const others = hosts.filter((host) => host !== victim);
      const pods = await runningPods(others);
      await lab("kill", victim);
      await Promise.all(
        others.map((host) => eventually(`the API answers on ${host}`, 10, () => apiReady(host))),
      );
      const survivor = controlPlanes.find((host) => host !== victim) ?? "";
      const server = `--server=https://${await address(survivor)}:6443`;
      expect(await runningPods(others, server)).toEqual(pods);
      await lab("start", victim);
      await eventually(`an API server is ready on ${victim}`, 120, () => apiReady(victim));
      await allReady();
    },
    6 * minutes,
  );

  test(
    "comes back by itself when all hosts are rebooted at once",
    async () => {
      await lab("reboot", ...hosts);
      await allReady();
      await eventually("the smoke check passes", 120, async () => {
        await lab("smoke");
        return true;
      });
    },
    10 * minutes,
  );

  test(
    "is gone from its hosts after destroy",
    async () => {
      const destroy = await pulumi("destroy", "--yes", "--skip-preview", "--parallel", "64");
      expectSuccess(destroy);
      expect(await onEach(hosts, leftOvers)).toEqual(
        Object.fromEntries(hosts.map((host) => [host, ""])),
      );
    },
    5 * minutes,
  );
});

async function runningPods(on: readonly string[], ...flags: string[]): Promise<readonly string[]> {
  const path =
    '{range .items[?(@.status.phase=="Running")]}{.spec.nodeName} {.metadata.uid}{"\\n"}{end}';
  const text = await kubectl(...flags, "get", "pods", "-A", "-o", `jsonpath=${path}`);
  return text
    .split("\n")
    .filter((line) => on.includes(line.split(" ")[0] ?? ""))
    .sort();
}

async function address(node: string): Promise<string> {
  return onHost(node, "hostname", "-I").then((text) => text.split(" ")[0] ?? "");
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResetReport, ResetRequest } from "../../../components/operations/report";
import type { ResetArgs, ResetResult } from "../../../provider/reset-api";
import type { HostFacts } from "../../../provider/survey-api";
import { clusterProgram } from "../../support/program/program-fixture";
import type { RecordedProgram } from "../../support/program/recorded-program";

const folder = mkdtempSync(join(tmpdir(), "plinth-reset-"));
const file = join(folder, "report");
const variables = ["PLINTH_RESET", "PLINTH_REPORT"];

afterEach(() => {
  for (const name of variables) Reflect.deleteProperty(process.env, name);
});
afterAll(() => rmSync(folder, { recursive: true }));

const lost = { cluster: "ha", id: "of a state that is gone" };
const found: Readonly<Record<string, Partial<HostFacts>>> = {
  w1: { owner: { ...lost, host: "w1" }, layers: ["node", "runtime"] },
  cp1: { owner: { ...lost, host: "cp1" }, layers: ["etcd"] },
  // as the state of these tests has it
  cp2: { owner: { cluster: "ha", id: "hex of ha-cluster-id".padEnd(32) }, layers: ["etcd"] },
};

/** The program as `plinth reset` runs it, with what it had the provider clear. */
async function reset(
  request: ResetRequest,
  result: ResetResult = { removed: ["node", "runtime"] },
  preview = true,
): Promise<{ program: RecordedProgram; report: ResetReport; cleared: readonly ResetArgs[] }> {
  Object.assign(process.env, { PLINTH_RESET: JSON.stringify(request), PLINTH_REPORT: file });
  const cleared: ResetArgs[] = [];
  const program = await clusterProgram(
    "ha",
    (input) => input,
    (host) => found[host] ?? {},
    {},
    {
      preview,
      reset: (args) => {
        cleared.push(args);
        return result;
      },
    },
  );
  return { program, cleared, report: JSON.parse(readFileSync(file, "utf8")) as ResetReport };
}

test("a look tells what is on a host, clears nothing, and registers nothing of a cluster", async () => {
  const { program, report, cleared } = await reset({ hosts: ["w1"] });
  expect(report.hosts).toEqual([
    { host: "w1", marker: { ...lost, host: "w1" }, layers: ["node", "runtime"], cleared: false },
  ]);
  expect(cleared).toEqual([]);
  expect(program.resources.map(({ type }) => type)).toEqual([
    "random:index/randomId:RandomId",
    "pulumi:providers:plinth",
  ]);
});

test("a host of the cluster that is named is cleared, the node before its runtime, and no other one", async () => {
  const { report, cleared } = await reset({ hosts: ["w1"], cluster: "ha" });
  expect(report.hosts).toMatchObject([{ host: "w1", cleared: true }]);
  expect(cleared).toMatchObject([
    {
      host: { name: "w1" },
      marker: { ...lost, host: "w1" },
      order: ["node", "runtime", "control-plane", "etcd"],
    },
  ]);
});

test.each([
  [
    "of which one belongs to the present state",
    { hosts: ["w1", "cp2"], cluster: "ha" },
    [undefined, "this stack manages it"],
  ],
  [
    "of another cluster than was named",
    { hosts: ["w1"], cluster: "old" },
    ["it belongs to the cluster ha, not old"],
  ],
  [
    "of which one has no marker",
    { hosts: ["w1", "cp3"], cluster: "ha" },
    [undefined, "there is nothing of a cluster to clear"],
  ],
])("of hosts %s none is cleared", async (_, request, refusals) => {
  const { report, cleared } = await reset(request);
  expect(cleared).toEqual([]);
  report.hosts.forEach(({ refusal, cleared: done }, at) => {
    expect(done).toBe(false);
    if (refusals[at] === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toContain(refusals[at]);
  });
});

test("what is left of a host that was not cleared completely is told", async () => {
  const failed = { removed: ["node"], error: "w1: can't unmount" };
  const { report } = await reset({ hosts: ["w1"], cluster: "ha" }, failed);
  expect(report.hosts).toMatchObject([
    { layers: ["runtime"], cleared: false, refusal: "w1: can't unmount; to go on, reset w1 again" },
  ]);
});

test("a host that the stack config does not have is an error with those that it has", async () => {
  await expect(reset({ hosts: ["w9"] })).rejects.toThrow(
    'Pulumi.test.yaml: plinth:cluster.hosts: there is no host "w9", expected one of cp1, cp2, cp3, w1',
  );
});

test("an up never resets: it would delete all that is not registered", async () => {
  const up = reset({ hosts: ["w1"], cluster: "ha" }, undefined, false);
  await expect(up).rejects.toThrow("PLINTH_RESET is set, which is for the preview");
});

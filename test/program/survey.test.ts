import * as pulumi from "@pulumi/pulumi";
import { clusterProgram } from "../support/program/program-fixture";

afterEach(() => jest.restoreAllMocks());

/** What the program warned of. */
function warnings(): readonly string[] {
  return jest.mocked(pulumi.log.warn).mock.calls.map(([text]) => text);
}

test("what may become a problem on hosts is told, and the run goes on", async () => {
  const { resources } = await clusterProgram(
    "ha",
    (input) => input,
    (host) => (host === "w1" ? { clockOffsetMs: 9000, memoryMiB: 700 } : {}),
  );
  const [warned = "", ...others] = warnings().filter((text) => text.includes("PROBLEM"));
  expect(others).toEqual([]);
  expect(warned).toContain("it has 700 MiB of memory");
  expect(warned).toContain("its clock is 9.0 s ahead of this machine's");
  expect(resources).not.toEqual([]);
});

test("hosts without a flaw are no warning", async () => {
  await clusterProgram("ha");
  expect(warnings().filter((text) => text.includes("PROBLEM"))).toEqual([]);
});

test("what stands in the way on any host ends the run before anything is registered", async () => {
  const run = clusterProgram(
    "ha",
    (input) => input,
    (host) => (host === "cp2" ? { paths: ["/var/lib/rancher"] } : {}),
  );
  await expect(run).rejects.toThrow("/var/lib/rancher is there: k3s or RKE2");
});

import { onEach, shellOn } from "../lab/host-probes";
import { started, unitRuns } from "../lab/host-snapshot";
import type { DriftCase, ObjectDriftCase } from "./drift-cases";
import { expectSuccess } from "../lab/lab";
import type { LabCluster } from "../lab/lab-cluster";
import { saidRestartNotes, shownResources } from "../text/preview-output";

/** Runs of the units of several hosts, by host. */
export type HostRuns = Readonly<Record<string, Awaited<ReturnType<typeof unitRuns>>>>;

/** Units that were started between two looks, as `host: unit`. */
export function startedUnits(before: HostRuns, after: HostRuns): string[] {
  return Object.entries(before).flatMap(([host, earlier]) => {
    const later = after[host];
    if (!later) throw new Error(`${host} was not looked at again`);
    return started(earlier, later).map((unit) => `${host}: ${unit}`);
  });
}

/** Ids of the resources that a preview changes, sorted. */
export function changedIds(output: string): string[] {
  return shownResources(output)
    .map(({ id }) => id)
    .sort();
}

/** What a preview shows of one resource. */
export function textOf(output: string, id: string): string {
  return shownResources(output).find((shown) => shown.id === id)?.text ?? "";
}

/** Damages a host, and expects the preview to name that alone and the next up to repair it alone. */
export async function expectRepair(cluster: LabCluster, drift: DriftCase): Promise<void> {
  const { host, layer, damage, probe, shown, said, started: expected = [] } = drift;
  const healthy = await shellOn(host, probe);
  await shellOn(host, damage);
  const runs = await onEach(cluster.hosts, unitRuns);
  const { output } = await cluster.pulumi("preview", "--diff", "--color", "never");
  expect(changedIds(output)).toEqual([`${host}/${layer}`]);
  for (const line of shown) expect(textOf(output, `${host}/${layer}`)).toMatch(line);
  expect(saidRestartNotes(output)).toEqual([
    expect.stringMatching(`^${said ?? `interrupts nothing on ${host}`}( \\(|$)`),
  ]);
  expect(output).not.toMatch(/PRIVATE KEY|guessed-by-hand/);

  const up = await cluster.up();
  expectSuccess(up);
  expect(up.output).toMatch(/Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
  expect(await shellOn(host, probe)).toBe(healthy);
  const units = startedUnits(runs, await onEach(cluster.hosts, unitRuns));
  expect(units).toEqual(expected.map((unit) => `${host}: ${unit}`));
}

/** The same for an object in the cluster; no unit of any host is started for it. */
export async function expectObjectRepair(
  cluster: LabCluster,
  drift: ObjectDriftCase,
): Promise<void> {
  const { damage, kind, sign, shown, probe } = drift;
  const healthy = await cluster.kubectl(...probe);
  await cluster.kubectl(...damage);
  const runs = await onEach(cluster.hosts, unitRuns);
  const { output } = await cluster.pulumi("preview", "--diff", "--color", "never");
  const resources = shownResources(output);
  expect(resources.map((resource) => [resource.sign, resource.type])).toEqual([[sign, kind]]);
  for (const line of shown) expect(resources[0]?.text).toMatch(line);

  const up = await cluster.up();
  expectSuccess(up);
  const done = sign === "~" ? "~ 1 updated" : "\\+ 1 created";
  expect(up.output).toMatch(new RegExp(`Resources:\\n +${done}\\n +\\d+ unchanged\\n`));
  expect(await cluster.kubectl(...probe)).toBe(healthy);
  expect(startedUnits(runs, await onEach(cluster.hosts, unitRuns))).toEqual([]);
}

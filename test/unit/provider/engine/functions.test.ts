import { Helpers } from "../../../../provider/apply/helpers";
import { Rollouts } from "../../../../provider/apply/rollout";
import type { Run } from "../../../../provider/apply/run";
import { fromStruct, toStruct } from "../../../../provider/engine/engine-values";
import { functionResult } from "../../../../provider/engine/functions";
import type { Leases } from "../../../../provider/lease/lease";
import { LookCache } from "../../../../provider/look/look-cache";
import { resetToken } from "../../../../provider/reset-api";
import { surveyToken } from "../../../../provider/survey-api";
import { ToldHosts } from "../../../support/fakes/told-hosts";
import { appHost, appLayer } from "../../../support/provider/app-layer";

const { host } = appLayer;
const marked = { ...appHost({ manifests: [] }), marker: { cluster: "c", id: "1d", host: "cp1" } };
const hosts = new ToldHosts({ cp1: { looks: [marked] } });
const run: Run = {
  hosts: hosts.hosts,
  helpers: new Helpers(),
  signal: new AbortController().signal,
  looks: new LookCache(),
  leases: { step: () => ["take_lease"], hold: () => undefined } as unknown as Leases, // all that is asked of them
  rollouts: new Rollouts(),
};

/** The function with arguments as the engine hands them over. */
function called(token: string, args: object): ReturnType<typeof functionResult> {
  return functionResult(token, fromStruct(toStruct(args)), run);
}

test("a host is cleared that is marked as the arguments say, whatever order they have", async () => {
  const marker = { host: "cp1", id: "1d", cluster: "c" };
  const { value, called: asked } = await called(resetToken, { host, marker, order: ["node"] });
  expect(value).toEqual({ removed: [] });
  expect(asked).toEqual([host]);
  expect(hosts.calls).toEqual(["cp1 forget_host"]);
});

test("the survey tells whose hosts are, where they say so", async () => {
  const nothing = { modules: [], commands: [], paths: [], disks: [], texts: [], probes: {} };
  const { value, owners } = await called(surveyToken, { ...nothing, hosts: [host] });
  expect(value).toMatchObject({ hosts: { cp1: { facts: { layers: [] } } } });
  expect([...owners]).toEqual([]);
});

test("a function that there is not is named, with those that there are", async () => {
  await expect(called("plinth:index:other", {})).rejects.toThrow(
    "unknown function plinth:index:other, expected plinth:index:survey or plinth:index:reset",
  );
});

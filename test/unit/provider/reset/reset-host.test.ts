import type { Leases } from "../../../../provider/lease/lease";
import type { Manifest } from "../../../../provider/layer/manifest";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { LiveHost } from "../../../../provider/look/live-state";
import { resetHost } from "../../../../provider/reset/reset-host";
import type { ResetResult } from "../../../../provider/reset-api";
import type { HostMarker } from "../../../../provider/survey-api";
import { ToldHosts, type Told } from "../../../support/fakes/told-hosts";
import { appHost, appLayer } from "../../../support/provider/app-layer";

const marker = { cluster: "c", id: "1d", host: "h1" };
const layer = (name: string, changes: Partial<Manifest> = {}): Manifest => ({
  ...wantedLayer({ ...appLayer, layer: name }).manifest,
  clusterId: "1d",
  ...changes,
});
const marked = (manifests: readonly Manifest[], said: HostMarker = marker): LiveHost => ({
  ...appHost({ manifests: [...manifests] }),
  marker: said,
});
const { marker: _, ...cleared } = appHost({ manifests: [] });

/** Clears a host of these looks; what became of it, and which steps mattered. */
async function reset(told: Told): Promise<ResetResult & { readonly calls: readonly string[] }> {
  const hosts = new ToldHosts({ h1: told });
  const leases = { step: () => ["take_lease"], hold: () => undefined };
  const result = await resetHost(
    {
      hosts: hosts.hosts,
      leases: leases as unknown as Leases, // all that a reset asks of them
      signal: new AbortController().signal,
    },
    { host: { ...appLayer.host, name: "h1" }, marker, order: ["node", "runtime"] },
  );
  return { ...result, calls: hosts.calls };
}

test("layers go in the order that is given, those that it does not name first, then the marker", async () => {
  const [node, runtime, other] = ["node", "runtime", "other"].map((name) => layer(name));
  const looks = [
    marked([runtime!, node!, other!]),
    marked([runtime!, node!]),
    marked([runtime!]),
    cleared,
  ];
  expect(await reset({ looks })).toEqual({
    removed: ["other", "node", "runtime"],
    calls: ["h1 forget_layer", "h1 forget_layer", "h1 forget_layer"],
  });
});

test("a host that has nothing but its marker loses it", async () => {
  expect(await reset({ looks: [marked([])] })).toEqual({ removed: [], calls: ["h1 forget_host"] });
});

test("a marker that stays after the last layer goes by itself", async () => {
  const looks = [marked([layer("node")]), marked([])];
  expect(await reset({ looks })).toEqual({
    removed: ["node"],
    calls: ["h1 forget_layer", "h1 forget_host"],
  });
});

test.each<[string, LiveHost, string]>([
  [
    "another cluster",
    marked([layer("node")], { ...marker, id: "2d" }),
    'says {"cluster":"c","id":"2d"',
  ],
  [
    "another host",
    marked([layer("node")], { ...marker, host: "h2" }),
    '"host":"h2"}, expected {"cluster"',
  ],
  ["nobody", { ...cleared, manifests: marked([layer("node")]).manifests }, "cluster.json is gone"],
])("a host that belongs to %s by now is not touched", async (_, live, text) => {
  const { removed, error, calls } = await reset({ looks: [live] });
  expect({ removed, calls }).toEqual({ removed: [], calls: [] });
  expect(error).toContain(text);
});

test.each([
  ["another cluster", { cluster: "other" }],
  ["another cluster of the same name", { clusterId: "2d" }],
])("a host with a layer of %s is not touched", async (_, changes) => {
  const { error, calls } = await reset({ looks: [marked([layer("node"), layer("x", changes)])] });
  expect(calls).toEqual([]);
  expect(error).toContain("its layer x belongs to another cluster than the host");
});

test("a layer that an earlier version put there is the marked cluster's", async () => {
  const { clusterId: _id, ...earlier } = layer("node");
  expect(await reset({ looks: [marked([earlier]), cleared] })).toMatchObject({ removed: ["node"] });
});

test("what is not done is told, with what went before", async () => {
  const looks = [marked([layer("node"), layer("runtime")]), marked([layer("runtime")])];
  let changes = 0;
  const change = () =>
    changes++ === 0 ? Promise.resolve() : Promise.reject(new Error("h1: can't unmount"));
  expect(await reset({ looks, change })).toMatchObject({
    removed: ["node"],
    error: "h1: can't unmount",
  });
});

test("a layer that is there again is not removed for ever", async () => {
  expect(await reset({ looks: [marked([layer("node")])] })).toMatchObject({
    removed: ["node"],
    error: "h1: its layer node came back; who makes it?",
  });
});

import type { HostCommand, Rollout } from "../../../../provider/api";
import { Helpers } from "../../../../provider/apply/helpers";
import { forgetLostLayer, leftBehind, removeLayer } from "../../../../provider/apply/removal-turn";
import { Rollouts } from "../../../../provider/apply/rollout";
import type { Run } from "../../../../provider/apply/run";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { Leases } from "../../../../provider/lease/lease";
import { LookCache } from "../../../../provider/look/look-cache";
import { ConnectionCut, ConnectionError } from "../../../../provider/ssh/connection-errors";
import { ToldHosts, type Told } from "../../../support/fakes/told-hosts";
import { appHost, appLayer } from "../../../support/provider/app-layer";

const command = (...argv: string[]): HostCommand => ({ command: argv, deadlineSeconds: 5 });
const group: Rollout = { group: "g", maxUnavailable: 1 };
const help = {
  beforeRemoval: command("leave", "{host}", "{state}"),
  afterRemoval: command("forget", "{host}", "{state}"),
};
const there = appHost();
const { marker, ...gone } = appHost({ manifests: [] });

/** A run that keeps layer `app` on h0 and takes it away from other hosts. */
class Scene {
  readonly hosts: ToldHosts;
  readonly helpers = new Helpers();
  private readonly run: Run;

  constructor(told: Readonly<Record<string, Told>>, kept?: Rollout) {
    this.hosts = new ToldHosts(told);
    if (kept) this.helpers.register({ ...this.inputs("h0"), rollout: kept });
    const leases = { step: () => ["take_lease"], hold: () => undefined };
    this.run = {
      hosts: this.hosts.hosts,
      helpers: this.helpers,
      signal: new AbortController().signal,
      looks: new LookCache(),
      leases: leases as unknown as Leases, // all that a removal asks of them
      rollouts: new Rollouts(),
    };
  }

  inputs(name: string): HostLayerInputs {
    return { ...appLayer, host: { ...appLayer.host, name }, rollout: { ...group, held: "stale" } };
  }

  /** Takes the layer away from all hosts at once; what became of each. */
  async removed(names: readonly string[], remove = removeLayer): Promise<readonly string[]> {
    const outcomes = names.map((name) =>
      remove(this.run, wantedLayer(this.inputs(name)), () => undefined)
        .then(() => "removed")
        .catch(String),
    );
    return Promise.all(outcomes);
  }
}

const kept: Rollout = { ...group, help: { app: help } };

describe("a removal", () => {
  test("takes turns, each with the help of one that stays before and after", async () => {
    const scene = new Scene({ h1: { looks: [there] }, h2: { looks: [there] } }, kept);
    expect(await scene.removed(["h2", "h1"])).toEqual(["removed", "removed"]);
    const removal = (host: string): string[] => [
      `h0 leave ${host} here`,
      `${host} forget_layer`,
      `h0 forget ${host} here`,
    ];
    expect(scene.hosts.calls).toEqual([...removal("h1"), ...removal("h2")]);
  });

  test("goes as many at a time as this run says", async () => {
    let arrived = 0;
    let release: () => void;
    const both = new Promise<void>((resolve) => (release = resolve));
    const change = async (): Promise<void> => {
      if (++arrived === 2) release();
      await both;
    };
    const told = { looks: [there], change };
    const scene = new Scene({ h1: told, h2: told }, { ...kept, maxUnavailable: 2 });
    expect(await scene.removed(["h1", "h2"])).toEqual(["removed", "removed"]);
  });

  test("is refused untouched where this run holds the group", async () => {
    const scene = new Scene({ h1: { looks: [there] } }, { ...kept, held: "h3 is away" });
    expect(await scene.removed(["h1"])).toEqual(["Error: h1: not changed: h3 is away"]);
    expect(scene.hosts.calls).toEqual([]);
  });

  test("takes no turn and no help where this run keeps none of the group, whatever the state says", async () => {
    const scene = new Scene({ h1: { looks: [there] }, h2: { looks: [there] } });
    expect(await scene.removed(["h1", "h2"])).toEqual(["removed", "removed"]);
    expect(scene.hosts.calls).toEqual(["h1 forget_layer", "h2 forget_layer"]);
  });

  test("takes turns where others stay to help, though none of the group does", async () => {
    const scene = new Scene(
      { h1: { looks: [there] }, h2: { looks: [there] } },
      { ...kept, group: "api" },
    );
    expect(await scene.removed(["h2", "h1"])).toEqual(["removed", "removed"]);
    expect(scene.hosts.calls.map((call) => call.replace("h0 ", ""))).toEqual([
      ...["leave h1 here", "h1 forget_layer", "forget h1 here"],
      ...["leave h2 here", "h2 forget_layer", "forget h2 here"],
    ]);
  });

  test("of what is gone already still has the others forget it", async () => {
    const scene = new Scene({ h1: { looks: [gone] } }, kept);
    expect(await scene.removed(["h1"])).toEqual(["removed"]);
    expect(scene.hosts.calls).toEqual(["h0 leave h1 here", "h0 forget h1 here"]);
  });

  const refused = { "leave h1 here": [{ status: 1, output: "no quorum without h1" }] };
  const unreachable = new ConnectionError("h1 (10.0.0.1:22): not reachable", "look", "nobody");
  const foreign = { ...there, marker: { cluster: "other" } };

  test.each<[string, Record<string, Told>, RegExp]>([
    [
      "another host refuses to help",
      { h0: { commands: refused }, h1: { looks: [there] } },
      /^Error: h1: h0 could not help: "leave h1 here" failed with status 1: no quorum without h1$/,
    ],
    ["the host can't be reached", { h1: { error: unreachable } }, /h1 .*: not reachable; look$/],
    ["the host is another one", { h1: { looks: [foreign] } }, /belongs to another cluster/],
  ])("ends where %s, and with it the turns of the group", async (_, told, reason) => {
    const scene = new Scene({ ...told, h2: { looks: [there] } }, kept);
    const [first, second] = await scene.removed(["h1", "h2"]);
    expect(first).toMatch(reason);
    expect(second).toMatch(/^Error: h2: not changed: another host of rollout group g failed/);
    expect(scene.hosts.calls.filter((call) => call !== "h0 leave h1 here")).toEqual([]);
  });
});

describe("a layer of a lost host", () => {
  const reached = (answered: ConnectionError["answered"]): Told => ({
    error: new ConnectionError("h1 (10.0.0.1:22): refused", "look", answered),
  });

  test.each<[string, Told]>([
    ["nobody answers", reached("nobody")],
    ["a machine with another key answers", reached("another")],
    ["another host answers", { looks: [{ ...gone, marker: { cluster: "c", host: "h9" } }] }],
  ])("is forgotten by the others, and the host is not touched, where %s", async (_, told) => {
    const scene = new Scene({ h1: told }, kept);
    expect(await scene.removed(["h1"], forgetLostLayer)).toEqual(["removed"]);
    expect(scene.hosts.calls).toEqual(["h0 leave h1 lost", "h0 forget h1 lost"]);
  });

  const answers = "Error: h1 answers at 10.0.0.1:22: it is not lost; take it out of lost";

  test.each<[string, Told, string]>([
    ["the host answers", { looks: [{ ...gone, marker: { cluster: "c", host: "h1" } }] }, answers],
    ["a machine without a marker answers", { looks: [gone] }, answers],
    ["its login is refused", reached("host"), answers],
    ["it answers and breaks off", { error: new ConnectionCut("h1: lost") }, answers],
    [
      "nobody knows",
      reached("unknown"),
      "Error: h1: nobody knows whether it is lost: h1 (10.0.0.1:22): refused; look",
    ],
  ])("is kept where %s", async (_, told, error) => {
    const scene = new Scene({ h1: told }, kept);
    expect(await scene.removed(["h1"], forgetLostLayer)).toEqual([error]);
    expect(scene.hosts.calls).toEqual([]);
  });

  test("takes its turn, and is held with its group", async () => {
    const scene = new Scene({ h1: reached("nobody") }, { ...kept, held: "h3 is away" });
    expect(await scene.removed(["h1"], forgetLostLayer)).toEqual([
      "Error: h1: not changed: h3 is away",
    ]);
  });

  test("is named with what may come back", () => {
    expect(leftBehind({ ...appLayer, dataDirectories: ["/var/lib/app"] })).toBe(
      "cp1 is lost, so nothing on it was cleaned: its layer app (app.service, /var/lib/app) may still " +
        "be there; erase the machine before it is connected again",
    );
  });
});

import { setTimeout as pause } from "node:timers/promises";
import type { HostCommand, Rollout } from "../../../../provider/api";
import { converge, Unfinished } from "../../../../provider/apply/converge";
import { Helpers } from "../../../../provider/apply/helpers";
import { Rollouts } from "../../../../provider/apply/rollout";
import type { Run } from "../../../../provider/apply/run";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { Leases } from "../../../../provider/lease/lease";
import { LookCache } from "../../../../provider/look/look-cache";
import type { LiveHost } from "../../../../provider/look/live-state";
import { ToldHosts, type Answer, type Told } from "../../../support/fakes/told-hosts";
import { appHost, appLayer, rightKeys, running } from "../../../support/provider/app-layer";

const command = (name: string): HostCommand => ({ command: [name], deadlineSeconds: 5 });
const gated: Rollout = { group: "g", maxUnavailable: 1, gate: command("gate") };

const { manifest } = wantedLayer(appLayer);
/** The unit has to restart, must be started, is not there, is as it should be. */
const outdated = appHost({
  hashes: { "/etc/app.conf": "0".repeat(64) },
  record: { ...rightKeys, "/etc/app.conf": "0".repeat(64) },
});
const stopped = appHost({
  unit: { ...running, running: false, active: false, invocation: "", state: "inactive (dead)" },
});
const fresh: LiveHost = {
  ...appHost({ manifests: [] }),
  paths: new Map(),
  hashes: new Map(),
  units: new Map(),
  binaries: new Map(),
};
const right = appHost({ record: rightKeys });

/** Layers of hosts with one rollout, changed in one run. */
class Scene {
  readonly hosts: ToldHosts;
  readonly helpers = new Helpers();
  readonly said: string[] = [];
  private readonly run: Run;

  constructor(
    private readonly rollout: Rollout,
    told: Readonly<Record<string, Told>>,
  ) {
    this.hosts = new ToldHosts(told);
    const leases = { step: () => ["take_lease"], hold: () => undefined };
    this.run = {
      hosts: this.hosts.hosts,
      helpers: this.helpers,
      signal: new AbortController().signal,
      looks: new LookCache(),
      leases: leases as unknown as Leases, // all that a change asks of them
      rollouts: new Rollouts(),
    };
  }

  inputs(name: string): HostLayerInputs {
    return { ...appLayer, host: { ...appLayer.host, name }, rollout: this.rollout };
  }

  /** `h0` helps layer `app`. */
  helps(help: NonNullable<Rollout["help"]>[string]): void {
    const rollout: Rollout = { group: "helpers", maxUnavailable: 1, help: { app: help } };
    this.helpers.register({ ...this.inputs("h0"), layer: "api", rollout });
  }

  /** Changes all hosts at once; what became of each. */
  async changed(...names: readonly string[]): Promise<readonly string[]> {
    const outcomes = names.map((name) => {
      const wanted = wantedLayer(this.inputs(name));
      return converge(this.run, wanted, wanted, (text) => this.said.push(`${name}: ${text}`))
        .then(() => "changed")
        .catch(
          (error: unknown) => `${error instanceof Unfinished ? "partly: " : ""}${String(error)}`,
        );
    });
    return Promise.all(outcomes);
  }
}

/** A host that is told to need a restart once, with a gate that ends so. */
function restarts(...gate: readonly Answer[]): Told {
  return { looks: [outdated], commands: { gate } };
}

const refusal = { status: 1, output: "cp3 is missing" };

describe("the gate", () => {
  test("is asked before anything changes, and as the last thing before the restart", async () => {
    const scene = new Scene(gated, { h1: restarts({ status: 0 }) });
    expect(await scene.changed("h1")).toEqual(["changed"]);
    expect(scene.hosts.calls).toEqual([
      "h1 gate",
      "h1 gate",
      "h1 place",
      "h1 pass_gate",
      "h1 launch_units",
    ]);
  });

  test("that refuses leaves the host untouched, and says which host, command and reason", async () => {
    const scene = new Scene(gated, { h1: restarts(refusal) });
    expect(await scene.changed("h1")).toEqual([
      'Error: h1: not changed: "gate" failed with status 1: cp3 is missing',
    ]);
    expect(scene.hosts.calls).toEqual(["h1 gate", "h1 gate"]);
  });

  test("that refuses one host is asked again after another one has been repaired", async () => {
    const scene = new Scene(gated, {
      h1: restarts(refusal, refusal, { status: 0 }),
      h2: restarts({ status: 0 }),
    });
    expect(await scene.changed("h1", "h2")).toEqual(["changed", "changed"]);
    const launches = scene.hosts.calls.filter((call) => call.endsWith("launch_units"));
    expect(launches).toEqual(["h2 launch_units", "h1 launch_units"]);
    expect(scene.said).toContain(
      'h1: can\'t be spared yet: "gate" failed with status 1: cp3 is missing',
    );
  });

  test("is asked only after hosts that are made at the same time are ready", async () => {
    const change = async (): Promise<void> => {
      await pause(20);
      scene.hosts.calls.push("h2 ready");
    };
    const told = { h1: restarts({ status: 0 }), h2: { looks: [fresh], change } };
    const scene: Scene = new Scene(gated, told);
    expect(await scene.changed("h1", "h2")).toEqual(["changed", "changed"]);
    const { calls } = scene.hosts;
    expect(calls.indexOf("h2 ready")).toBeLessThan(calls.indexOf("h1 pass_gate"));
  });

  test("that can't be run yet is asked once everything is in place", async () => {
    const scene = new Scene(gated, { h1: restarts({ status: 127, output: "etcdctl: not found" }) });
    expect(await scene.changed("h1")).toEqual(["changed"]);
    expect(scene.hosts.calls).toContain("h1 pass_gate");
  });

  test("of a host that interrupts nothing is not asked", async () => {
    const scene = new Scene(gated, { h1: { looks: [stopped] }, h2: { looks: [fresh] } });
    expect(await scene.changed("h1", "h2")).toEqual(["changed", "changed"]);
    expect(scene.hosts.calls).not.toContain("h1 pass_gate");
    expect(scene.hosts.calls.filter((call) => call.includes("gate"))).toEqual([]);
  });
});

describe("a group with nothing to protect", () => {
  /** Whose repair ends with that of the other one. */
  const together = (): Record<string, Told> => {
    let arrived = 0;
    let release: () => void;
    const all = new Promise<void>((resolve) => (release = resolve));
    const change = async (): Promise<void> => {
      if (++arrived === 2) release();
      await all;
    };
    const told = { ...restarts({ status: 10, output: "no quorum" }), change };
    return { h1: told, h2: told };
  };

  test("is repaired at once, without turns and gates, though it is held", async () => {
    const scene = new Scene({ ...gated, held: "cp3 is away" }, together());
    scene.helps({ beforeChange: command("drain"), afterChange: command("uncordon") });
    expect(await scene.changed("h1", "h2")).toEqual(["changed", "changed"]);
    expect(scene.hosts.calls.filter((call) => !/ (place|launch_units)$/.test(call))).toEqual([
      "h1 gate",
      "h2 gate",
    ]);
  });

  test("is not taken for one while this run is at one of its hosts", async () => {
    let release = (): void => undefined;
    const change = (): Promise<void> => new Promise((resolve) => (release = resolve));
    const scene = new Scene(gated, {
      h1: { ...restarts({ status: 0 }), change },
      h2: restarts({ status: 10 }),
    });
    const first = scene.changed("h1");
    await new Promise((resolve) => setImmediate(resolve));
    const second = scene.changed("h2");
    await new Promise((resolve) => setImmediate(resolve));
    expect(scene.hosts.calls.filter((call) => call.startsWith("h2"))).toEqual([]);
    release();
    expect([await first, await second]).toEqual([["changed"], ["changed"]]);
    expect(scene.hosts.calls).toContain("h2 pass_gate");
  });
});

describe("a launch", () => {
  const prepare = { ...command("found"), inTurn: false };

  test.each([
    ["a restart", outdated],
    ["a start", stopped],
    ["the first start", fresh],
  ])("is prepared as the last step before %s", async (_, look) => {
    const scene = new Scene({ ...gated, prepare }, { h1: { looks: [look] } });
    expect(await scene.changed("h1")).toEqual(["changed"]);
    expect(scene.hosts.calls.slice(-2)).toEqual(["h1 run_command", "h1 launch_units"]);
  });

  test("that is none is not prepared", async () => {
    const scene = new Scene({ ...gated, prepare }, { h1: { looks: [right] } });
    expect(await scene.changed("h1")).toEqual(["changed"]);
    expect(scene.hosts.calls).toEqual([]);
  });

  const joining: Rollout = { ...gated, prepare: { ...prepare, inTurn: true } };

  test("of a member that joins takes turns, each with help and a late gate before", async () => {
    const scene = new Scene(joining, { h1: { looks: [fresh] }, h2: { looks: [fresh] } });
    scene.helps({ beforeJoin: command("snapshot"), beforeChange: command("drain") });
    expect(await scene.changed("h1", "h2")).toEqual(["changed", "changed"]);
    const joins = (host: string): string[] => [
      "h0 snapshot",
      ...["place", "pass_gate", "run_command", "launch_units"].map((each) => `${host} ${each}`),
    ];
    expect(scene.hosts.calls).toEqual([...joins("h1"), ...joins("h2")]);
  });

  test("of a member that joins is refused in a held group", async () => {
    const scene = new Scene({ ...joining, held: "cp3 is away" }, { h1: { looks: [fresh] } });
    expect(await scene.changed("h1")).toEqual(["Error: h1: not changed: cp3 is away"]);
    expect(scene.hosts.calls).toEqual([]);
  });
});

describe("help around a change", () => {
  const around = { beforeChange: command("drain"), afterChange: command("uncordon") };

  test("comes before and after what is interrupted, and to nothing else", async () => {
    const scene = new Scene(gated, { h1: restarts({ status: 0 }), h2: { looks: [stopped] } });
    scene.helps(around);
    expect(await scene.changed("h1", "h2")).toEqual(["changed", "changed"]);
    const own = scene.hosts.calls.filter((call) => !call.startsWith("h2"));
    expect(own).toEqual([
      "h1 gate",
      "h1 gate",
      "h0 drain",
      "h1 place",
      "h1 pass_gate",
      "h1 launch_units",
      "h0 uncordon",
    ]);
  });

  test("is owed after a change that did not finish, and by another host if need be", async () => {
    const owing = appHost({ record: rightKeys, manifests: [{ ...manifest, rolling: true }] });
    const scene = new Scene(gated, { h1: { looks: [owing] } });
    scene.helps(around);
    expect(await scene.changed("h1")).toEqual(["changed"]);
    expect(scene.hosts.calls).toEqual(["h0 uncordon"]);
  });

  test("that fails ends the turns of the others, who are untouched", async () => {
    const scene = new Scene(gated, {
      h0: { commands: { drain: [{ status: 1, output: "a budget" }] } },
      h1: restarts({ status: 0 }),
      h2: restarts({ status: 0 }),
    });
    scene.helps(around);
    const [failed, refused] = await scene.changed("h1", "h2");
    expect(failed).toBe('Error: h1: h0 could not help: "drain" failed with status 1: a budget');
    expect(refused).toMatch(/^Error: h2: not changed: another host of rollout group g failed/);
    expect(scene.hosts.calls.filter((call) => call.endsWith("launch_units"))).toEqual([]);
  });
});

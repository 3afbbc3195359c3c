import type { HostConnection, LayerHelp } from "../../../../provider/api";
import { help, Helpers } from "../../../../provider/apply/helpers";
import { ConnectionCut, ConnectionError } from "../../../../provider/ssh/connection-errors";
import { ToldHosts, type Answer } from "../../../support/fakes/told-hosts";
import { appLayer } from "../../../support/provider/app-layer";

const leaving = { host: "cp3", state: "here" } as const;
const drain: LayerHelp = {
  beforeRemoval: { command: ["drain", "{host}", "{state}"], deadlineSeconds: 9 },
};

function host(name: string): HostConnection {
  return { ...appLayer.host, name };
}

/** Hosts that help layer `app`, in the order in which the engine shows them. */
function helpersOn(...names: readonly string[]): Helpers {
  const helpers = new Helpers();
  for (const name of names)
    helpers.register({
      ...appLayer,
      host: host(name),
      layer: "api",
      rollout: { group: "api", maxUnavailable: 1, help: { app: drain } },
    });
  return helpers;
}

const unreachable = new ConnectionError("cp1 (10.0.0.1:22): not reachable", "look", "nobody");
const cut = new ConnectionCut("cp1: the connection was lost");

describe("help", () => {
  const asked = async (
    helpers: Helpers,
    answers: Readonly<Record<string, Answer>>,
    concerned: Parameters<typeof help>[3] = leaving,
  ): Promise<{ calls: readonly string[]; error?: string }> => {
    const told = Object.entries(answers).map(([name, answer]) => {
      const command = `drain ${concerned.host} ${concerned.state}`;
      return [name, { commands: { [command]: [answer] } }] as const;
    });
    const hosts = new ToldHosts(Object.fromEntries(told));
    const { signal } = new AbortController();
    const run = { hosts: hosts.hosts, helpers, signal };
    const error = await help(run, "beforeRemoval", "app", concerned, () => undefined).catch(
      (thrown: unknown) => (thrown as Error).message,
    );
    return { calls: hosts.calls, ...(typeof error === "string" && { error }) };
  };

  test("comes from the first by name, numbers by value, and from nobody after it", async () => {
    const { calls, error } = await asked(helpersOn("cp10", "cp2"), {});
    expect({ calls, error }).toEqual({ calls: ["cp2 drain cp3 here"], error: undefined });
  });

  test("never comes from the host itself", async () => {
    expect(await asked(helpersOn("cp3"), {})).toEqual({ calls: [] });
    expect((await asked(helpersOn("cp3", "cp4"), {})).calls).toEqual(["cp4 drain cp3 here"]);
  });

  test("is asked for a lost host in other words", async () => {
    const lost = { host: "cp3", state: "lost" } as const;
    expect((await asked(helpersOn("cp1"), {}, lost)).calls).toEqual(["cp1 drain cp3 lost"]);
  });

  test.each<[string, Answer]>([
    ["can't be reached", unreachable],
    ["is lost at work", cut],
    ["says that it is unable", { status: 11 }],
  ])("comes from the next one where one %s", async (_, answer) => {
    expect(await asked(helpersOn("cp1", "cp2"), { cp1: answer })).toEqual({
      calls: ["cp1 drain cp3 here", "cp2 drain cp3 here"],
    });
  });

  test("that fails is not asked of another one, and the error names host, helper, command and reason", async () => {
    const failed = { status: 1, output: "w1: 2 pods\nare protected" };
    expect(await asked(helpersOn("cp1", "cp2"), { cp1: failed })).toEqual({
      calls: ["cp1 drain cp3 here"],
      error:
        'cp3: cp1 could not help: "drain cp3 here" failed with status 1: w1: 2 pods\nare protected',
    });
  });

  test("of nobody ends with an error that names all who were asked", async () => {
    const answers = { cp1: unreachable, cp2: { status: 11, output: "its API server is down" } };
    expect((await asked(helpersOn("cp1", "cp2"), answers)).error).toBe(
      "cp3: no other host can help: cp1 (10.0.0.1:22): not reachable; " +
        'cp2: "drain cp3 here" failed with status 11: its API server is down',
    );
  });

  test("is not asked for any more once the run is cancelled", async () => {
    const cancellation = new AbortController();
    cancellation.abort();
    const hosts = new ToldHosts({ cp1: { commands: { "drain cp3 here": [cut] } } });
    const run = {
      hosts: hosts.hosts,
      helpers: helpersOn("cp1", "cp2"),
      signal: cancellation.signal,
    };
    await expect(help(run, "beforeRemoval", "app", leaving, () => undefined)).rejects.toBe(cut);
    expect(hosts.calls).toEqual(["cp1 drain cp3 here"]);
  });
});

describe("how a group takes turns", () => {
  const rollouts = new Helpers();
  const known = (name: string, held?: string): void =>
    rollouts.register({
      ...appLayer,
      host: host(name),
      rollout: { group: "etcd", maxUnavailable: 2, ...(held !== undefined && { held }) },
    });

  test("is what its layers of this run say, each as it was shown last", () => {
    expect(rollouts.turnsOf("etcd")).toBeUndefined();
    known("cp1");
    expect(rollouts.turnsOf("etcd")).toEqual({ group: "etcd", maxUnavailable: 2 });
    known("cp2", "cp3 is away");
    expect(rollouts.turnsOf("etcd")).toEqual({
      group: "etcd",
      maxUnavailable: 2,
      held: "cp3 is away",
    });
    known("cp2");
    expect(rollouts.turnsOf("etcd")?.held).toBeUndefined();
    expect(rollouts.turnsOf("node")).toBeUndefined();
  });
});

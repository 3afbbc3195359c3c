import type { HostCommand, Rollout } from "../../provider/api";
import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { layer, testHost, testSettings, TestProvider } from "../support/provider/harness";
import { onHost, traces } from "../support/provider/remote";

const log = "/run/plinth-turns.log";
const data = "/var/lib/plinth-turns";
const user = "plinth-turns";
const config = "/etc/plinth-turns/conf/x";
const noted = (word: string, ...more: string[]): HostCommand => ({
  command: ["sh", "-c", `echo ${word} "$@" >>${log}`, word, ...more],
  deadlineSeconds: 5,
});

/** A layer with a unit, a user and data, in a group. */
function member(
  name: string,
  rollout: Partial<Rollout> = {},
  content = "1",
  parts: Partial<HostLayerInputs> = {},
): HostLayerInputs {
  const unit = `plinth-turns-${name}.service`;
  return layer({
    layer: `turns-${name}`,
    users: { [user]: { home: data, groups: [] } },
    directories: { [data]: { mode: "0700", owner: user } },
    files: { [`${config}-${name}`]: { content, mode: "0644", owner: "root:root" } },
    units: {
      [unit]: {
        content: `[Service]\nExecStart=/bin/sleep 5000\nExecStartPre=/bin/sh -c 'echo started ${name} >>${log}'\n`,
        enabled: false,
        running: true,
        restartOn: [`${config}-${name}`],
        reloadOn: [],
      },
    },
    unitOrder: [unit],
    dataDirectories: [data],
    rollout: { group: "turns", maxUnavailable: 1, ...rollout },
    ...parts,
  });
}

/** The host under another name, with a layer that stays and helps. */
function staying(help: Rollout["help"], held?: string): HostLayerInputs {
  const host = { ...testHost, name: "stays" };
  const rollout = { group: "turns", maxUnavailable: 1, ...(help && { help }) };
  return layer({ host, rollout: held === undefined ? rollout : { ...rollout, held } });
}

const taken = (): string[] =>
  onHost(`cat ${log} 2>/dev/null; : >${log}`).split("\n").filter(Boolean);

let provider: TestProvider;
let before: string[];
beforeEach(async () => {
  provider = await TestProvider.start();
  before = traces();
});
afterEach(async () => {
  await nextRun();
  for (const name of ["a", "b"]) await provider.delete(member(name));
  await provider.stop();
  onHost(`rm -f ${log}`);
});

/** Ends what holds the lock of a layer, as the end of the host would. */
function killLayerWork(name: string): void {
  onHost(`for fd in /proc/[0-9]*/fd/*; do
      [ "$(readlink "$fd")" = /run/plinth/${name}.lock ] || continue
      pid=\${fd#/proc/}
      kill -KILL "\${pid%%/*}" 2>/dev/null
    done; true`);
}

/** Another run begins when the one before it has ended. */
async function nextRun(): Promise<void> {
  await provider.stop();
  provider = await TestProvider.start();
}

/** What has changed on the host since the test began, runs that have ended. */
async function remains(): Promise<{ left: readonly string[]; lost: readonly string[] }> {
  await nextRun();
  const now = traces();
  const without = (all: readonly string[], some: readonly string[]): string[] =>
    all.filter((each) => !some.includes(each));
  return { left: without(now, before), lost: without(before, now) };
}

const nothing = { left: [], lost: [] };

/** The layer stays as it is, in this run. */
async function shown(inputs: HostLayerInputs): Promise<void> {
  expect((await provider.check(inputs)).failures).toEqual({});
  await provider.diff(inputs, inputs);
}

async function created(...layers: readonly HostLayerInputs[]): Promise<void> {
  const outcomes = await Promise.all(layers.map((each) => provider.create(each)));
  expect(outcomes.map(({ error }) => error)).toEqual(layers.map(() => undefined));
}

describe("on a host, a change", () => {
  const gate = (status: number, word = "gate"): HostCommand => ({
    command: ["sh", "-c", `echo ${word} >>${log}; echo "cp3 is missing"; exit ${status}`, word],
    deadlineSeconds: 5,
  });

  test("is prepared once its files are there and before its unit starts", async () => {
    const prepare = {
      command: ["sh", "-c", `echo prepared {host} $(cat ${config}-a) >>${log}`],
      deadlineSeconds: 5,
      inTurn: false,
    };
    await created(member("a", { prepare }));
    expect(taken()).toEqual([`prepared ${testHost.name} 1`, "started a"]);
    expect((await provider.update(member("a"), member("a", { prepare }))).error).toBeUndefined();
    expect(taken()).toEqual([]);
  });

  test("that the group can't spare leaves everything as it is, and says why", async () => {
    await created(member("a"));
    taken();
    const outcome = await provider.update(member("a"), member("a", { gate: gate(1) }, "2"));
    expect(outcome.error).toBe(
      `${testHost.name}: not changed: "gate" failed with status 1: cp3 is missing`,
    );
    expect(outcome.partial).toBe(false);
    expect(onHost(`cat ${config}-a`)).toBe("1");
  });

  test("is stopped before the restart where the group can't spare it any more", async () => {
    await created(member("a"));
    taken();
    const script = `[ "$(cat ${config}-a)" = 1 ] || { echo cp3 is missing; exit 1; }`;
    const late = { command: ["sh", "-c", script, "late"], deadlineSeconds: 5 };
    const outcome = await provider.update(member("a"), member("a", { gate: late }, "2"));
    expect(outcome.error).toBe(
      `${testHost.name}: everything is in place, but nothing that runs was touched: "late" failed with status 1: cp3 is missing`,
    );
    expect(outcome.partial).toBe(true);
    expect(taken()).toEqual([]);
    // the restart is still owed
    await nextRun();
    expect((await provider.update(member("a"), member("a", {}, "2"))).error).toBeUndefined();
    expect(taken()).toEqual(["started a"]);
  });

  test("of a group that serves nobody waits for no turn", async () => {
    await created(member("a"), member("b"));
    taken();
    const open = (name: string): HostLayerInputs =>
      member(name, { gate: gate(10), held: "nobody has a turn" }, "2");
    const outcomes = await Promise.all(
      ["a", "b"].map((name) => provider.update(member(name), open(name))),
    );
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(taken().sort()).toEqual(["gate", "gate", "started a", "started b"]);
  });
});

describe("on a host, a removal", () => {
  const help = {
    "turns-a": {
      beforeRemoval: noted("leaves", "{host}", "{state}"),
      afterRemoval: noted("left", "{host}"),
    },
  };

  test("goes between the help of one that stays", async () => {
    await created(member("a"));
    taken();
    await shown(staying(help));
    await provider.delete(member("a"));
    expect(taken()).toEqual([`leaves ${testHost.name} here`, `left ${testHost.name}`]);
    expect(await remains()).toEqual(nothing);
  });

  test("is refused in a held group", async () => {
    await created(member("a"));
    await shown(staying(help, "cp2 is away"));
    await expect(provider.delete(member("a"))).rejects.toThrow(
      `${testHost.name}: not changed: cp2 is away; layer turns-a was not removed completely`,
    );
    expect(onHost("systemctl is-active plinth-turns-a")).toBe("active\n");
  });

  test.each(["retire_units", "remove_data", "remove_directories", "remove_users", "forget_layer"])(
    "that was cut off before %s, by the death of engine and host, is finished by the next run",
    async (verb) => {
      await created(member("a"));
      onHost(`touch ${data}/x`);
      await provider.stop();
      const cut = await TestProvider.start(testSettings, verb);
      const removal = cut.delete(member("a")).catch(() => "cut off");
      await cut.said(/^paused$/);
      cut.process.kill("SIGKILL");
      expect(await removal).toBe("cut off");
      killLayerWork("turns-a");
      provider = await TestProvider.start();
      taken();
      await shown(staying(help));
      await provider.delete(member("a"));
      expect(taken()).toEqual([`leaves ${testHost.name} here`, `left ${testHost.name}`]);
      expect(await remains()).toEqual(nothing);
    },
  );

  test("that is done, but of which the state has not heard, has the others forget it once more", async () => {
    await shown(staying(help));
    await provider.delete(member("a"));
    expect(taken()).toEqual([`leaves ${testHost.name} here`, `left ${testHost.name}`]);
    expect(await remains()).toEqual(nothing);
  });

  test("of the last two layers at once leaves nothing that both had made", async () => {
    await created(member("a"), member("b"));
    await Promise.all(["a", "b"].map((name) => provider.delete(member(name))));
    expect(await remains()).toEqual(nothing);
  });
});

describe("a host that is named lost", () => {
  test("and answers is not forgotten", async () => {
    await created(member("a"));
    await provider.stop();
    const forgetful = await TestProvider.start({ ...testSettings, lost: [testHost.name] });
    await expect(forgetful.delete(member("a"))).rejects.toThrow(
      `${testHost.name} answers at ${testHost.address}:${testHost.port}: it is not lost; take it out of lost`,
    );
    expect(await forgetful.read(member("a", {}, "2"))).toEqual(
      JSON.parse(JSON.stringify(member("a", {}, "2"))),
    );
    await forgetful.stop();
  });

  test("and does not answer is forgotten within seconds, with the help of one that stays", async () => {
    const host = { ...testHost, name: "gone", port: 9 };
    const key = onHost("cat /etc/ssh/ssh_host_ed25519_key.pub").split(" ").slice(0, 2).join(" ");
    const forgetful = await TestProvider.start({ ...testSettings, lost: ["gone"] });
    const stays = staying({ "turns-a": { beforeRemoval: noted("leaves", "{host}", "{state}") } });
    await forgetful.check(stays);
    await forgetful.diff(stays, stays);
    const since = Date.now();
    await forgetful.delete({ ...member("a"), host: { ...host, hostKey: key } });
    expect(Date.now() - since).toBeLessThan(8000);
    expect(taken()).toEqual(["leaves gone lost"]);
    await forgetful.said(/^gone is lost, so nothing on it was cleaned: its layer turns-a/);
    await forgetful.stop();
  });
});

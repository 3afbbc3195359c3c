import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { layer, testHost, TestProvider } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const names = ["a", "b", "c"];
const log = "/run/plinth-rollout.log";

/** A layer that stands for one host of a group; all of them live on the same host. */
function member(
  name: string,
  content: string,
  parts: Partial<HostLayerInputs> = {},
): HostLayerInputs {
  const unit = `plinth-rollout-${name}.service`;
  const config = `/etc/plinth-rollout/${name}.conf`;
  return layer({
    layer: `rollout-${name}`,
    files: { [config]: { content, mode: "0644", owner: "root:root" } },
    units: {
      [unit]: {
        content: `[Service]\nExecStart=/bin/sleep 5000\nExecStartPost=/bin/sh -c 'echo started ${name} >>${log}'\n`,
        enabled: false,
        running: true,
        restartOn: [config],
        reloadOn: [],
      },
    },
    unitOrder: [unit],
    rollout: { group: "rollout", maxUnavailable: 1 },
    ...parts,
  });
}

/** The host under another name, which helps the layers of the others. */
function helper(): HostLayerInputs {
  const command = (word: string) => ({
    command: ["sh", "-c", `echo ${word} "$1" >>${log}`, word, "{host}"],
    deadlineSeconds: 5,
  });
  const around = { beforeChange: command("before"), afterChange: command("after") };
  return layer({
    host: { ...testHost, name: "helper" },
    layer: "rollout-help",
    rollout: {
      group: "help",
      maxUnavailable: 1,
      help: Object.fromEntries(names.map((name) => [`rollout-${name}`, around])),
    },
  });
}

const before = `before ${testHost.name}`;
const after = `after ${testHost.name}`;

describe("a rollout group", () => {
  let provider: TestProvider;
  beforeEach(async () => {
    provider = await TestProvider.start();
    await provider.check(helper());
    const outcomes = await Promise.all(names.map((name) => provider.create(member(name, "1"))));
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  });
  afterEach(async () => {
    await Promise.all(names.map((name) => provider.delete(member(name, "1"))));
    await provider.stop();
    onHost(`rm -f ${log}`);
  });
  const taken = (): string[] => onHost(`cat ${log}; : >${log}`).split("\n").filter(Boolean);
  const update = (name: string, content: string, parts = {}) =>
    provider.update(member(name, "1"), member(name, content, parts));

  test("is created without turns and without help", () => {
    expect(taken().sort()).toEqual(["started a", "started b", "started c"]);
  });

  test("is changed one after the other, each with the help of another host around it", async () => {
    taken();
    const outcomes = await Promise.all(names.map((name) => update(name, "2")));
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    const lines = taken();
    expect(lines).toHaveLength(9);
    for (const turn of [0, 3, 6]) {
      const name = lines[turn + 1]?.split(" ")[1] ?? "";
      expect(lines.slice(turn, turn + 3)).toEqual([before, `started ${name}`, after]);
    }
    expect(await provider.diff(await provider.read(member("a", "2")), member("a", "2"))).toEqual(
      {},
    );
  });

  test("a change that interrupts nothing needs no turn", async () => {
    taken();
    const quiet = {
      directories: { "/etc/plinth-rollout/quiet": { mode: "0755", owner: "root:root" } },
    };
    expect((await update("a", "1", quiet)).error).toBeUndefined();
    expect(taken()).toEqual([]);
  });

  test("stops at the first host that fails; the others are untouched", async () => {
    taken();
    const never = { ready: [{ kind: "command", command: ["false"], deadlineSeconds: 1 }] };
    const outcomes = await Promise.all(names.map((name) => update(name, "2", never)));
    const [failed, ...refused] = outcomes.sort((a, b) => Number(b.partial) - Number(a.partial));
    expect(failed).toMatchObject({
      partial: true,
      error: expect.stringContaining("not ready after 1 s"),
    });
    for (const { partial, error } of refused) {
      expect(partial).toBe(false);
      expect(error).toMatch(
        /^\S+: not changed: another host of rollout group rollout failed \(\S+: not ready after 1 s: "false"\); repair it/,
      );
    }
    expect(taken()).toHaveLength(2);
    expect(onHost("cat /etc/plinth-rollout/*.conf").split("").sort().join("")).toBe("112");
  });

  test("the help that is still owed after a failure follows with the next run", async () => {
    const never = { ready: [{ kind: "command", command: ["false"], deadlineSeconds: 1 }] };
    await update("a", "2", never);
    expect(taken()).toContain(before);
    expect((await update("a", "2")).error).toBeUndefined();
    expect(taken()).toEqual([after]);
    expect(await provider.diff(await provider.read(member("a", "2")), member("a", "2"))).toEqual(
      {},
    );
  });

  test("a host that is down already is repaired before another one is disturbed", async () => {
    onHost("systemctl stop plinth-rollout-c");
    taken();
    const repair = provider.update(
      member("c", "1"),
      member("c", "1", {
        ready: [{ kind: "command", command: ["sleep", "1"], deadlineSeconds: 5 }],
      }),
    );
    const change = update("a", "2");
    expect([(await repair).error, (await change).error]).toEqual([undefined, undefined]);
    expect(taken()).toEqual(["started c", before, "started a", after]);
  });

  test("a preview says who is interrupted, in which turns and with which help", async () => {
    const found = await provider.read(member("a", "1"));
    await provider.update(found, member("a", "2"), true);
    expect(provider.logs.map((line) => line.text)).toContain(
      `restarts plinth-rollout-a on ${testHost.name} (one host of rollout at a time, after "${before}" on helper, then "${after}" on helper)`,
    );
    expect(taken().filter((line) => line.startsWith("before"))).toEqual([]);
  });

  test.each([
    [
      "content",
      {
        files: {
          "/etc/plinth-rollout/a.conf": { content: unknown, mode: "0644", owner: "root:root" },
        },
      },
    ],
    ["files", { files: unknown }],
    ["a user", { users: { x: unknown } }],
    ["units", { units: unknown, unitOrder: unknown }],
  ])("a preview copes with %s still unknown", async (_, parts) => {
    const found = await provider.read(member("a", "1"));
    const outcome = await provider.update(found, { ...member("a", "1"), ...parts }, true);
    expect(outcome.error).toBeUndefined();
  });
});

import { Hosts } from "../../../../provider/ssh/hosts";
import { SshServer } from "../../../support/provider/ssh-server";

let server: SshServer;
let hosts: Hosts;

beforeEach(async () => {
  server = await SshServer.start();
  hosts = new Hosts(server.settings("HOST KEY"));
});
afterEach(async () => {
  hosts.close();
  await server.stop();
});

/** A run that has to fail, as its message. */
async function failure(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "it did not fail",
    (error: unknown) => (error as Error).message,
  );
}

describe("a host key", () => {
  test.each<[string, string[], RegExp | undefined]>([
    ["that is known is trusted", ["HOST KEY"], undefined],
    ["that is revoked is refused", ["HOST KEY", "@revoked HOST KEY"], /is revoked/],
    ["that is revoked for all is refused", ["HOST KEY", "@revoked * KEY"], /is revoked/],
    ["that nobody knows is refused", ["elsewhere KEY"], /its host key is not known/],
    [
      "other than the known one is refused",
      ["HOST ssh-ed25519 AAAA"],
      /refused, the host key|no matching/,
    ],
  ])("%s", async (_, lines, expected) => {
    hosts = new Hosts(server.settings(...lines));
    const run = hosts.run(server.host, [["echo", "hello"]]);
    if (expected === undefined) expect((await run).stdout).toContain("hello");
    else expect(await failure(run)).toMatch(expected);
  });
});

describe("connections", () => {
  test("are one for many calls, and shells as many as work at once", async () => {
    for (let call = 0; call < 3; call++) await hosts.run(server.host, [["true"]]);
    expect([server.connections, server.shells]).toEqual([1, 1]);
    await Promise.all([1, 2, 3].map(() => hosts.run(server.host, [["sleep", "0.2"]])));
    expect([server.connections, server.shells]).toEqual([1, 3]);
    expect(hosts.roundTrips("h1")).toBe(6);
  });

  test("are at most six shells; further calls wait for one", async () => {
    const calls = Array.from({ length: 9 }, () => hosts.run(server.host, [["sleep", "0.1"]]));
    await Promise.all(calls);
    expect(server.shells).toBe(6);
  });

  test("that were cut are opened anew by the next call", async () => {
    await hosts.run(server.host, [["true"]]);
    const running = hosts.run(
      server.host,
      [
        ["say", "working"],
        ["sleep", "60"],
      ],
      {
        onProgress: () => server.cut(),
      },
    );
    expect(await failure(running)).toMatch(
      /^h1 \(127\.0\.0\.1:\d+\): the connection was lost while working; run again to continue$/,
    );
    expect((await hosts.run(server.host, [["echo", "again"]])).stdout).toContain("again");
    expect(server.connections).toBe(2);
  });

  test("that failed are not tried again for a while, then they are", async () => {
    const gone = { ...server.host };
    await server.stop();
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    const first = await failure(hosts.run(gone, [["true"]]));
    expect(first).toContain("not reachable over SSH");
    const opened = jest.spyOn(hosts as unknown as { connect: () => unknown }, "connect");
    expect(await failure(hosts.run(gone, [["true"]]))).toBe(first);
    expect(opened).not.toHaveBeenCalled();
    jest.advanceTimersByTime(20_000);
    await failure(hosts.run(gone, [["true"]]));
    expect(opened).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
    server = await SshServer.start();
  });
});

describe("a call that fails", () => {
  test("says what its step said", async () => {
    const run = hosts.run(server.host, [["die", "no space left"]]);
    expect(await failure(run)).toBe("h1: no space left");
  });

  test("without words says what it did, and its last lines", async () => {
    const run = hosts.run(server.host, [
      ["say", "thinking"],
      ["ls", "/nowhere"],
    ]);
    expect(await failure(run)).toMatch(/^h1: failed with status \d+ while thinking\n.*\/nowhere/);
  });

  test("leaves the shell for the next one", async () => {
    await failure(hosts.run(server.host, [["false"]]));
    await hosts.run(server.host, [["true"]]);
    expect(server.shells).toBe(1);
  });

  test("by cancelling ends at once and says so", async () => {
    const cancellation = new AbortController();
    const run = hosts.run(
      server.host,
      [
        ["say", "sleeping"],
        ["sleep", "60"],
      ],
      {
        signal: cancellation.signal,
        onProgress: () => cancellation.abort(),
      },
    );
    expect(await failure(run)).toMatch(/: cancelled while sleeping$/);
  });

  test("by a lost connection shows what was said, but no marks of the protocol", async () => {
    const steps = [
      ["say_changed"],
      ["say", "restarting etcd"],
      ["sh", "-c", "echo Killed >&2; echo @. >&2; sleep 60"],
    ] as const;
    const onEvent = (line: string): void => {
      if (line === "@.") server.cut();
    };
    expect(await failure(hosts.run(server.host, steps, { onEvent }))).toMatch(
      /: the connection was lost while restarting etcd: Killed; run again to continue$/,
    );
  });

  test("tells the caller's listeners what it does and that the host was changed", async () => {
    const [progress, events] = [jest.fn(), jest.fn()];
    const onSent = jest.fn();
    await hosts.run(server.host, [["say", "one"], ["say_changed"], ["say", "two"]], {
      onProgress: progress,
      onEvent: events,
      onSent,
    });
    expect(progress.mock.calls).toEqual([["one"], ["two"]]);
    expect(events.mock.calls).toEqual([["@+ changed"]]);
    expect(onSent).toHaveBeenCalledTimes(1);
  });
});

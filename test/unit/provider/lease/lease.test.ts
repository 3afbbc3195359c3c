import type { HostConnection } from "../../../../provider/api";
import { Leases, parsedLease, type Lease } from "../../../../provider/lease/lease";
import { processNames } from "../../../../provider/lease/process-names";
import type { Step } from "../../../../provider/ssh/framing";
import type { Hosts } from "../../../../provider/ssh/hosts";

const connection = (name: string): HostConnection => ({
  name,
  address: "10.0.0.1",
  port: 22,
  user: "root",
});

/** Hosts that remember which steps ran on them; those named fail. */
function recordingHosts(calls: string[], failing: readonly string[] = []): Hosts {
  const run: Hosts["run"] = ({ name }, steps: readonly Step[]) => {
    calls.push(...steps.map(([verb]) => `${verb} ${name}`));
    return failing.includes(name)
      ? Promise.reject(new Error("is down"))
      : Promise.resolve({ stdout: "" });
  };
  return { run } as unknown as Hosts; // all that leases use of it
}

const lease: Lease = {
  operator: "ann@ops1",
  pid: 17,
  runId: "other",
  holder: processNames(process.pid),
  since: 90,
  expires: 200,
};
const ended = processNames(2 ** 22 + 1);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe("a lease that is held", () => {
  test("is renewed well before it expires, on every host, until it is released", async () => {
    const calls: string[] = [];
    const leases = new Leases();
    const seconds = Number(leases.step(undefined)[5]);
    const hosts = recordingHosts(calls);
    leases.hold(connection("a"), hosts);
    leases.hold(connection("b"), hosts);
    expect(calls).toEqual([]);
    for (let renewals = 1; renewals <= 5; renewals++) {
      jest.advanceTimersByTime((seconds / 2) * 1000);
      expect(calls.filter((call) => call === "take_lease a").length).toBeGreaterThanOrEqual(
        renewals,
      );
      expect(calls.filter((call) => call === "take_lease b").length).toBeGreaterThanOrEqual(
        renewals,
      );
    }
    calls.length = 0;
    await leases.release();
    expect(calls).toEqual(["release_lease a", "release_lease b"]);
    jest.advanceTimersByTime(10 * seconds * 1000);
    expect(calls).toHaveLength(2);
  });

  test("is renewed on other hosts though one is down", async () => {
    const calls: string[] = [];
    const leases = new Leases();
    const hosts = recordingHosts(calls, ["a"]);
    leases.hold(connection("a"), hosts);
    leases.hold(connection("b"), hosts);
    jest.advanceTimersByTime(120_000);
    expect(calls).toContain("take_lease b");
    await leases.release();
    expect(calls.slice(-2)).toEqual(["release_lease a", "release_lease b"]);
  });
});

test("nothing is renewed or released where nothing is held", async () => {
  const leases = new Leases();
  jest.advanceTimersByTime(600_000);
  await leases.release();
  expect(jest.getTimerCount()).toBe(0);
});

describe("the step that takes a lease", () => {
  test("is of the same run each time, for as long as two minutes", () => {
    const leases = new Leases();
    expect(leases.step(undefined)).toEqual(leases.step(undefined));
    expect(leases.step(undefined)[0]).toBe("take_lease");
    expect(leases.step(undefined)[5]).toBe("120");
    expect(new Leases().step(undefined)[1]).not.toBe(leases.step(undefined)[1]);
  });

  test.each<[string, Lease | undefined, string]>([
    ["nobody's", undefined, ""],
    ["a living run's", lease, ""],
    ["a dead run's", { ...lease, holder: ended }, "other"],
    ["another machine's", { ...lease, holder: "elsewhere 1@2" }, ""],
  ])("takes over %s: %p → %p", (_, found, dead) => {
    expect(new Leases().step(found)[6]).toBe(dead);
  });
});

describe("a rival", () => {
  test.each<[string, Lease, number, boolean]>([
    ["lives and has time left", lease, 199, true],
    ["has no time left", lease, 200, false],
    ["is dead", { ...lease, holder: ended }, 100, false],
    ["is on another machine", { ...lease, holder: "elsewhere 1@2" }, 100, true],
  ])("that %s", (_, found, now, is) => {
    expect(new Leases().isRival(found, now)).toBe(is);
  });

  test("is never the run itself", () => {
    const leases = new Leases();
    const [, runId = ""] = leases.step(undefined);
    expect(leases.isRival({ ...lease, runId }, 100)).toBe(false);
  });
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["{", undefined],
  [JSON.stringify(lease), lease],
])("the lease in %j", (text, expected) => {
  expect(parsedLease(text)).toEqual(expected);
});

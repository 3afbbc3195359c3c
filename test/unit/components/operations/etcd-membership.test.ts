import type { EtcdGroup } from "../../../../components/operations/etcd-group";
import {
  etcdMembership,
  membershipWarnings,
  tolerated,
} from "../../../../components/operations/etcd-membership";
import { group, peers, runningGroup, silentGroup } from "../../../support/fakes/etcd-groups";

const starts = (of: EtcdGroup) => Object.fromEntries(etcdMembership(of).starts);

const steps = (of: EtcdGroup) =>
  etcdMembership(of).steps.map((step) => {
    const { action, host, before, after } = step;
    return `${action} ${host}: ${before} -> ${after}, tolerates ${tolerated(step)}`;
  });

describe("how etcd begins on a host", () => {
  test.each<[string, EtcdGroup, Record<string, string>]>([
    ["all found a cluster where there is none", group("a b"), { a: "found", b: "found" }],
    ["nobody begins who has data", runningGroup("a b c", "a b c"), {}],
    ["a new one joins", runningGroup("a", "a b"), { b: "join" }],
    ["one that lost its data joins anew", runningGroup("a b c-", "a b c"), { c: "join" }],
    [
      "one that has data, but is no member any more, joins anew",
      runningGroup("a b", "a b c", {
        looks: new Map([...runningGroup("a b", "a b").looks, ["c", { data: true, running: true }]]),
      }),
      { c: "rejoin" },
    ],
    ["one that learns is a member", runningGroup("a b+", "a b"), {}],
    ["nobody begins while all are stopped", silentGroup("a7? b7? c7?"), {}],
    ["one without data waits for those that are stopped", silentGroup("a7? b7? c"), { c: "join" }],
    ["a founding that was cut off is finished", silentGroup("a1 b c"), { b: "found", c: "found" }],
    ["also where what began does not run", silentGroup("a0? b c"), { b: "found", c: "found" }],
    ["but not where something was written", silentGroup("a2 b c"), { b: "join", c: "join" }],
    ["nor where nobody knows", silentGroup("a1 b1 c", { used: true }), { c: "join" }],
    ["nor where a host is not looked at", silentGroup("a1 b", { hidden: ["w"] }), { b: "join" }],
    [
      "who came later is no founder",
      silentGroup("a1 b c d", { founders: peers("a b c") }),
      { b: "found", c: "found", d: "join" },
    ],
  ])("%s", (_, of, expected) => {
    expect(starts(of)).toEqual(expected);
  });

  test("founders agree on who they are: as the one that began remembers it", () => {
    const founders = peers("a b c");
    expect(etcdMembership(silentGroup("a1 b c d", { founders })).founders).toEqual(founders);
    expect(etcdMembership(group("a b")).founders).toEqual(peers("a b"));
    expect(etcdMembership(runningGroup("a b c-", "a b c")).founders).toEqual([]);
  });

  test("a host with another address is no founder", () => {
    const founders = [...peers("a"), { name: "b", url: "https://elsewhere:2380" }];
    expect(starts(silentGroup("a1 b", { founders }))).toEqual({ b: "join" });
  });

  test("a host in maintenance begins nothing", () => {
    const looks = new Map([...runningGroup("a b c", "a b").looks]);
    expect(starts(runningGroup("a b c", "a b c", { looks, hidden: ["c"] }))).toEqual({});
  });
});

describe("members are changed one at a time", () => {
  test.each<[string, EtcdGroup, readonly string[]]>([
    ["none where nothing changes", runningGroup("a b c", "a b c"), []],
    [
      "1 to 3",
      runningGroup("a", "a b c"),
      ["join b: 1 -> 2, tolerates 0", "join c: 2 -> 3, tolerates 1"],
    ],
    [
      "3 to 1",
      runningGroup("a b c", "b"),
      ["leave a: 3 -> 2, tolerates 0", "leave c: 2 -> 1, tolerates 0"],
    ],
    [
      "the dead before the living",
      runningGroup("a b c d? e", "a b c"),
      ["leave d: 5 -> 4, tolerates 1", "leave e: 4 -> 3, tolerates 1"],
    ],
    [
      "one for another: the new one comes first",
      runningGroup("a b c", "a b d"),
      ["join d: 3 -> 4, tolerates 1", "leave c: 4 -> 3, tolerates 1"],
    ],
    [
      "one for a dead one: that goes first",
      runningGroup("a b c?", "a b d"),
      ["leave c: 3 -> 2, tolerates 0", "join d: 2 -> 3, tolerates 1"],
    ],
    [
      "all for others",
      runningGroup("a", "b", {
        looks: new Map([...runningGroup("a", "a").looks, ["b", { data: false, running: false }]]),
      }),
      ["join b: 1 -> 2, tolerates 0", "leave a: 2 -> 1, tolerates 0"],
    ],
    ["one in its own place", runningGroup("a b c-", "a b c"), ["replace c: 3 -> 3, tolerates 1"]],
    [
      "who learns does not count",
      runningGroup("a b c d+", "a b c d e"),
      ["join e: 3 -> 4, tolerates 1"],
    ],
    ["one that has left already", runningGroup("a b", "a b", { recorded: peers("a b c") }), []],
    ["none of a cluster that is founded", group("a b c"), []],
  ])("%s", (_, of, expected) => {
    expect(steps(of)).toEqual(expected);
  });

  test("a member that never started leaves by its address", () => {
    const listed = [
      { name: "a", url: "https://a.example:2380", id: "1", learner: false, healthy: true },
      { name: "", url: "https://b.example:2380", id: "2", learner: false, healthy: false },
    ];
    const looks = new Map([["a", { data: true, running: true, listed }]]);
    const found = runningGroup("a b", "a", { looks, recorded: peers("a b") });
    expect(steps(found)).toEqual(["leave b: 2 -> 1, tolerates 0"]);
  });

  test("who leaves is known by its name and address", () => {
    expect(etcdMembership(runningGroup("a b c", "a b")).leaving).toEqual(peers("c"));
  });
});

describe("what is odd about members is told", () => {
  test("one that runs without its data", () => {
    const found = runningGroup("a b c", "a b c");
    const { listed } = found.looks.get("a")!;
    const ghost = { data: false, running: true, listed: listed! };
    const looks = new Map([...found.looks, ["c", ghost] as const]);
    expect(membershipWarnings({ ...found, looks })).toEqual([
      expect.stringMatching(/^etcd on c runs, but its data directory is gone/),
    ]);
  });

  test("nothing of one that is not there, or that is whole", () => {
    expect(membershipWarnings(runningGroup("a b c-", "a b c d"))).toEqual([]);
  });
});

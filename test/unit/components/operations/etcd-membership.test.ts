import { memberListCommand, recordedMembers } from "../../../../components/etcd/etcd-member";
import {
  leavingMembers,
  leavingRefusal,
  strandedRefusal,
} from "../../../../components/operations/etcd-membership";

const change = (recorded: string, wanted: string) => ({
  recorded: recorded.split(" "),
  wanted: wanted.split(" "),
});

describe("members of etcd may leave while the rest is a quorum of all", () => {
  test.each([
    ["one of three, all up", change("a b c", "a b"), { listed: 3, answering: ["a", "b"] }],
    [
      "two of five, all up",
      change("a b c d e", "a b c"),
      { listed: 5, answering: ["a", "b", "c"] },
    ],
    ["nobody, while one is down", change("a b c", "a b c"), { listed: 3, answering: ["a", "b"] }],
    ["nobody, while a new one comes", change("a", "a b c"), { listed: 1, answering: ["a"] }],
    ["one that another replaces", change("a b c", "a b d"), { listed: 3, answering: ["a", "b"] }],
  ])("%s", (_, edit, seen) => {
    expect(leavingRefusal(edit, seen)).toBeUndefined();
  });

  test.each([
    ["two of three", change("a b c", "a"), { listed: 3, answering: ["a"] }],
    ["one while another is down", change("a b c", "a b"), { listed: 3, answering: ["a"] }],
    ["one more than etcd counts", change("a b", "a"), { listed: 3, answering: ["a"] }],
    ["all", change("a", "b"), { listed: undefined, answering: [] }],
    ["one while nobody answers", change("a b c", "a b"), { listed: undefined, answering: [] }],
  ])("else it is refused: %s", (_, edit, seen) => {
    expect(leavingRefusal(edit, seen)).toMatch(/^etcd can't spare [bc a]+/);
  });

  test("the refusal has the figures, who is away, and the way out", () => {
    const seen = { listed: 3, answering: ["a"] };
    expect(leavingRefusal(change("a b c", "a b"), seen)).toBe(
      "etcd can't spare c: of its 3 members 1 would be left, as b may be down, and it needs 2 at any " +
        "time; without them the cluster's data is out of reach for good. Put c back into the stack " +
        "config with the role etcd, and bring b back",
    );
    expect(strandedRefusal(["d"])).toContain("no etcd on d");
  });

  test("a member that is new does not leave", () => {
    expect(leavingMembers(change("a b", "b c"))).toEqual(["a"]);
  });
});

test("the members of the last run are read from what etcd's unit reads", () => {
  const text = "ETCD_INITIAL_CLUSTER=cp1=https://10.0.0.1:2380,e-2=https://[fd00::2]:2380\n";
  expect(recordedMembers(text)).toEqual(["cp1", "e-2"]);
  expect(recordedMembers("")).toEqual([]);
});

test("members are counted with ids that survive JavaScript", () => {
  expect(memberListCommand.join(" ")).toMatch(/ member list -w json --hex$/);
});

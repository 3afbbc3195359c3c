import type { EtcdGroup } from "../../../../components/operations/etcd-group";
import { etcdMembership } from "../../../../components/operations/etcd-membership";
import { memberMoves, moveText } from "../../../../components/operations/etcd-moves";
import { membershipRefusal } from "../../../../components/operations/membership-refusal";
import { moved, peers, runningGroup, silentGroup } from "../../../support/fakes/etcd-groups";

const hostsOf = (of: EtcdGroup) => memberMoves(of).map(({ host }) => host);

describe("members whose address has changed move", () => {
  test.each<[string, EtcdGroup, readonly string[]]>([
    ["none where none has", runningGroup("a b c", "a b c"), []],
    ["one", moved("b", runningGroup("a b c", "a b c")), ["b"]],
    [
      "all, in the order of the stack config",
      moved("a b c", runningGroup("a b c", "a b c")),
      ["a", "b", "c"],
    ],
    ["the dead first", moved("a b c", runningGroup("a b c?", "a b c")), ["c", "a", "b"]],
    ["the only one", moved("a", runningGroup("a", "a")), ["a"]],
    ["both of two", moved("a b", runningGroup("a b", "a b")), ["a", "b"]],
    ["one that only learns", moved("b", runningGroup("a b+", "a b")), ["b"]],
    [
      "one of five, while another is down",
      moved("a", runningGroup("a b c? d e", "a b c d e")),
      ["a"],
    ],
    ["two dead of five", moved("c d", runningGroup("a b c? d? e", "a b c d e")), ["c", "d"]],
    ["nobody without data: that one is replaced", moved("c", runningGroup("a b c-", "a b c")), []],
  ])("%s", (_, of, expected) => {
    expect(membershipRefusal(of)).toBeUndefined();
    expect(hostsOf(of)).toEqual(expected);
  });

  test("from where etcd has them, and neither begin anew nor leave", () => {
    const { moves, starts, steps, leaving } = etcdMembership(
      moved("b", runningGroup("a b c", "a b c")),
    );
    expect(moves.map(moveText)).toEqual(["https://b.example:2380 -> https://b.new.example:2380"]);
    expect([starts.size, steps, leaving]).toEqual([0, [], []]);
  });

  test("none of a host in maintenance", () => {
    const found = moved("c", runningGroup("a b c", "a b c"));
    const looks = new Map([...found.looks].filter(([name]) => name !== "c"));
    expect(hostsOf({ ...found, looks, hidden: ["c"] })).toEqual([]);
  });
});

describe("a move is refused", () => {
  test("while another member is down, with the sum", () => {
    expect(membershipRefusal(moved("a", runningGroup("a b c?", "a b c")))).toBe(
      "etcd can't move a: while it restarts, 1 of its 3 members would answer, and it needs 2 at any time; " +
        "not answering: c. Bring that back first; or, if it is gone for good, take it out of the stack " +
        "config in a run before",
    );
  });

  test.each<[string, EtcdGroup, RegExp]>([
    [
      "of one of two, while the other is down",
      moved("a", runningGroup("a b?", "a b")),
      /can't move a: while it restarts, 0 of its 2 members would answer, and it needs 1/,
    ],
    [
      "to where another member is",
      {
        ...runningGroup("a b c", "a b c"),
        wanted: [
          ...peers("a"),
          { name: "b", url: "https://c.example:2380" },
          { name: "c", url: "https://x:2380" },
        ],
      },
      /^etcd can't move b to https:\/\/c.example:2380: it has its member c there. Give that one another/,
    ],
    [
      "in one run with others that join",
      moved("a", runningGroup("a b c", "a b c d e")),
      /members move \(a\), or come and go \(d, e\), .* put the former address of a back/,
    ],
    [
      "in one run with others that leave",
      moved("a", runningGroup("a b c", "a b")),
      /members move \(a\), or come and go \(c\)/,
    ],
    [
      "where nobody could be told",
      moved("a b", silentGroup("a7 b7? c7?")),
      /can't move a from https:\/\/a.example:2380 to https:\/\/a.new.example:2380, b from .*: none .* Put a.example, b.example back/,
    ],
  ])("%s", (_, of, text) => {
    expect(membershipRefusal(of)).toMatch(text);
  });
});

import type { EtcdGroup, MemberLook } from "../../../../components/operations/etcd-group";
import { membershipRefusal } from "../../../../components/operations/membership-refusal";
import { group, moved, peers, runningGroup, silentGroup } from "../../../support/fakes/etcd-groups";

describe("etcd's members may change", () => {
  test.each<[string, EtcdGroup]>([
    ["nothing at all", runningGroup("a b c", "a b c")],
    ["nothing, while one is down", runningGroup("a b c?", "a b c")],
    ["1 to 3", runningGroup("a", "a b c")],
    ["3 to 5", runningGroup("a b c", "a b c d e")],
    ["3 to 1", runningGroup("a b c", "b")],
    ["5 to 1", runningGroup("a b c d e", "e")],
    ["a dead one and a living one leave", runningGroup("a b c?", "a")],
    ["one of five joins while one is down", runningGroup("a b c d e?", "a b c d e f")],
    ["a dead one is replaced under its name", runningGroup("a b c-", "a b c")],
    ["a dead one is replaced under another name", runningGroup("a b c?", "a b d")],
    ["two dead of five are replaced", runningGroup("a b c d- e-", "a b c d e")],
    ["one leaves while another of five is down", runningGroup("a b c d? e", "a b c d")],
    ["founding", group("a b c")],
    ["founding goes on", silentGroup("a1 b c")],
    [
      "founding goes on with a quorum of the founders",
      silentGroup("a1 b d", { founders: peers("a b c") }),
    ],
    ["all are stopped", silentGroup("a7? b7? c7?")],
    ["all are stopped, and one has lost its data", silentGroup("a7? b7? c")],
    ["one is stopped that may be all there was", silentGroup("a7? b c")],
  ])("%s", (_, of) => {
    expect(membershipRefusal(of)).toBeUndefined();
  });
});

describe("a change that would cost a quorum is refused, with the sum", () => {
  test("one leaves while another is down", () => {
    expect(membershipRefusal(runningGroup("a b? c", "a b"))).toBe(
      "etcd can't spare c: of the 2 members without it 1 would answer, and it needs 2 at any time, else " +
        "the cluster's data is out of reach; not answering: b. Bring that back first; or, if it is " +
        "gone for good, put c back into the stack config, take out b, run pulumi up, then take out c",
    );
  });

  test("one joins while another of three is down", () => {
    expect(membershipRefusal(runningGroup("a b c?", "a b c d"))).toBe(
      "etcd can't take in d: with it there are 4 members, of which 3 have to answer even if d fails, " +
        "and 2 would; not answering: c. Bring that back first; or, if it is gone for good, take it out " +
        "of the stack config in the same run",
    );
  });

  test.each<[string, EtcdGroup, RegExp]>([
    [
      "two of five, while another is down",
      runningGroup("a b? c? d e", "a b c"),
      /can't spare d: of the 4 .* 2 would answer, and it needs 3/,
    ],
    [
      "one, while nobody answers",
      silentGroup("a7 b7", { recorded: peers("a b c") }),
      /can't spare c: none of its members answers.*Put c back/,
    ],
    [
      "most have lost their data",
      silentGroup("a7 b c"),
      /has lost its quorum: of its 3 members 2 have no data any more \(b, c\), and it needs 2.*restore a snapshot/,
    ],
    [
      "all have lost their data",
      group("a b", { recorded: peers("a b"), used: true }),
      /data is lost: .* none of a, b has data.*restore a snapshot/,
    ],
    [
      "all are others",
      group("d", { used: true }),
      /already, but no etcd on d.*Put the hosts that were members back/,
    ],
    [
      "nobody has data, but not all were asked",
      group("a", { hidden: ["w"] }),
      /no etcd on a, and without w nobody knows .* end the maintenance/,
    ],
    [
      "too few founders are left",
      silentGroup("a1 d e", { founders: peers("a b c") }),
      /begun on a with a, b, c as its members, and can't do without b, c .* pulumi destroy/,
    ],
  ])("%s", (_, of, text) => {
    expect(membershipRefusal(of)).toMatch(text);
  });
});

describe("a machine is not taken for a member that is elsewhere", () => {
  const looksAt = (members: string, name: string, look: MemberLook) =>
    new Map([...runningGroup(members, "a b c").looks, [name, look]]);

  test("which answers", () => {
    const looks = looksAt("a b c", "c", { data: false, running: false });
    expect(membershipRefusal(moved("c", runningGroup("a b c", "a b c", { looks })))).toBe(
      "etcd has a member c at https://c.example:2380, which answers, and the stack config has it at " +
        "https://c.new.example:2380, where there is no data of it. If that is another machine's address, " +
        "correct it; to have another machine in its place, take c out of the stack config, run pulumi up, " +
        "then add it with its new address",
    );
  });

  test("nor with a copy of its data", () => {
    const looks = looksAt("a b c", "c", { data: true, running: false });
    expect(membershipRefusal(moved("c", runningGroup("a b c", "a b c", { looks })))).toMatch(
      /which answers, .* where there is a copy of its data, which is not in use/,
    );
  });

  test("but one that is dead is replaced", () => {
    expect(membershipRefusal(moved("c", runningGroup("a b c-", "a b c")))).toBeUndefined();
  });
});

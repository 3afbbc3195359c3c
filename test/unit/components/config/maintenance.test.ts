import { hostsWithRole } from "../../../../components/config/model/hosts-with-role";
import { configWarnings } from "../../../../components/config/rules/config-warnings";
import { quorumHold } from "../../../../components/operations/quorum-hold";
import { parsed, problems, set, type Change } from "../../../support/fakes/config-input";

function inMaintenance(...names: readonly string[]): Change {
  return (input) => names.forEach((name) => set(`hosts.${name}.maintenance`, true)(input));
}

describe("hosts in maintenance", () => {
  test("are warned of, one plain sentence each", () => {
    const warnings = configWarnings(parsed(inMaintenance("w1", "cp2")));
    expect(warnings.filter((text) => text.includes("maintenance"))).toEqual([
      "plinth:cluster.hosts.cp2.maintenance: cp2 is left alone: it is not looked at, and nothing on it is " +
        "changed or removed; the first run after its maintenance brings it up to date",
      "plinth:cluster.hosts.w1.maintenance: w1 is left alone: it is not looked at, and nothing on it is " +
        "changed or removed; the first run after its maintenance brings it up to date",
    ]);
  });

  test.each([
    [["cp1", "cp2", "cp3"], "every control plane"],
    [["cp1", "cp2", "cp3", "w1", "w2", "w10"], "every host"],
  ])("%j are too many", (names, who) => {
    expect(problems(inMaintenance(...names))).toEqual([
      `.hosts: ${who} is in maintenance, expected at least one control plane that is not`,
    ]);
  });

  test("give the API's endpoint to the next control plane", () => {
    expect(parsed().api.endpoint).toBe("10.1.0.1:6443");
    expect(parsed(inMaintenance("cp1")).api.endpoint).toBe("10.1.0.2:6443");
  });
});

describe("a member of etcd may be restarted", () => {
  const members = (count: number, away: number) => {
    const all = ["cp1", "cp2", "cp3", "w1", "w2"].slice(0, count);
    const config = parsed((input) => {
      all.forEach((name) => set(`hosts.${name}.roles`, ["etcd", "control-plane"])(input));
      if (count < 3) set("hosts.cp3.roles", ["control-plane"])(input);
      inMaintenance(...all.slice(0, away))(input);
    });
    return hostsWithRole(config.hosts, "etcd");
  };

  test.each([
    [3, 0, true],
    [3, 1, false],
    [3, 2, false],
    [5, 1, true],
    [5, 2, false],
  ])("of %d with %d in maintenance: %s", (count, away, may) => {
    expect(quorumHold(members(count, away)) === undefined).toBe(may);
  });

  test("or not, and why", () => {
    expect(quorumHold(members(3, 1))).toBe(
      "it would restart a member of etcd while cp1 may be down for maintenance, and etcd needs 2 of its " +
        "3 members at any time; end the maintenance first, or leave out the change",
    );
  });
});

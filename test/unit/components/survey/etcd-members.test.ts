import { memberLook } from "../../../../components/etcd/member-look";
import { recordedPeers } from "../../../../components/etcd/etcd-peers";
import { etcdGroup, surveyedMembership } from "../../../../components/survey/etcd-members";
import type { HostFacts, SurveyResult } from "../../../../provider/survey-api";
import { etcdSays, etcdWithoutQuorum } from "../../../support/fakes/etcd-looks";
import { hostFacts } from "../../../support/fakes/host-facts";
import { addresses, judgedConfig, type Name } from "../../../support/fakes/judged-host";

const membersFile = "/etc/kubernetes/etcd/members.env";
const foundersFile = "/var/lib/etcd/founders.env";

/** What the survey finds of `judgedConfig`'s hosts, but for those that nobody looks at. */
function surveyed(
  facts: Partial<Record<Name, Partial<HostFacts>>>,
  hidden: readonly Name[] = [],
): SurveyResult {
  const looked = (Object.entries(addresses) as [Name, string][]).filter(
    ([name]) => !hidden.includes(name),
  );
  const entries = looked.map(([name, address]) => [
    name,
    { facts: hostFacts(name, address, facts[name]) },
  ]);
  return { hosts: Object.fromEntries(entries) as SurveyResult["hosts"] };
}

const groupOf = (...args: Parameters<typeof surveyed>) =>
  etcdGroup(judgedConfig(), surveyed(...args));

describe("what hosts say of etcd's members", () => {
  test("is etcd's own list, with who answers", () => {
    const { probes } = etcdSays("e1=10.1.0.2 e2=10.1.0.3? =10.1.0.4?+");
    expect(memberLook(probes.etcd!.output)).toEqual({
      data: true,
      running: true,
      listed: [
        { id: "1", name: "e1", url: "https://10.1.0.2:2380", learner: false, healthy: true },
        { id: "2", name: "e2", url: "https://10.1.0.3:2380", learner: false, healthy: false },
        { id: "3", name: "", url: "https://10.1.0.4:2380", learner: true, healthy: false },
      ],
    });
  });

  test("or, without a quorum, how far its data goes", () => {
    const look = (revision: number | string, runs?: boolean) =>
      memberLook(etcdWithoutQuorum(revision, runs).probes.etcd!.output);
    expect(look(1)).toEqual({ data: true, running: true, revision: 1 });
    expect(look(812, false)).toEqual({ data: true, running: false, revision: 812 });
    expect(look("unknown")).toEqual({ data: true, running: true });
  });

  test.each(["", "sh: 1: etcdctl: not found"])("or nothing: %s", (output) => {
    expect(memberLook(output)).toEqual({ data: false, running: false });
  });
});

describe("etcd is what the survey found", () => {
  const text = "ETCD_INITIAL_CLUSTER=e1=https://10.1.0.2:2380,e2=https://[fd00::3]:2380\n";

  test("with the members of the last run, whichever host remembers them", () => {
    expect(recordedPeers(text)).toEqual([
      { name: "e1", url: "https://10.1.0.2:2380" },
      { name: "e2", url: "https://[fd00::3]:2380" },
    ]);
    const found = groupOf({ w1: { texts: { [membersFile]: text } } });
    expect(found.recorded.map(({ name }) => name)).toEqual(["e1", "e2"]);
    expect(groupOf({}).recorded).toEqual([]);
  });

  test("with its members where each was last told to be itself", () => {
    const members = (address: string) =>
      `ETCD_INITIAL_CLUSTER=e1=https://${address}:2380,e2=https://10.1.0.3:2380\n`;
    const found = groupOf({
      e1: { ...etcdWithoutQuorum(7), texts: { [membersFile]: members("10.9.0.2") } },
      w1: { ...etcdWithoutQuorum(7), texts: { [membersFile]: members("10.1.0.2") } },
    });
    expect(found.recorded[0]).toEqual({ name: "e1", url: "https://10.9.0.2:2380" });
  });

  test("with its founders, as a host with data of it remembers them", () => {
    const founders = "ETCD_INITIAL_CLUSTER=e1=https://10.1.0.2:2380,e9=https://10.1.0.9:2380\n";
    const names = (texts: Record<string, string>, facts = etcdWithoutQuorum(1)) =>
      groupOf({ e1: { ...facts, texts } }).founders.map(({ name }) => name);
    expect(names({ [membersFile]: text, [foundersFile]: founders })).toEqual(["e1", "e9"]);
    // an earlier version wrote down the members alone
    expect(names({ [membersFile]: text })).toEqual(["e1", "e2"]);
    expect(names({ [membersFile]: text, [foundersFile]: founders }, { probes: {} })).toEqual([]);
  });

  test("with who was not looked at", () => {
    expect(groupOf({}, ["w1"]).hidden).toEqual(["w1"]);
    expect(groupOf({}).wanted).toEqual([{ name: "e1", url: "https://10.1.0.2:2380" }]);
  });

  test.each<[string, Partial<HostFacts>, boolean]>([
    ["a node", { layers: ["runtime", "node"] }, true],
    ["a control plane", { layers: ["control-plane"] }, true],
    // a run that was cut off has made runtimes by then, for they wait for nothing
    ["a runtime", { layers: ["runtime"] }, false],
  ])("which %s uses or not", (_, facts, used) => {
    expect(groupOf({ w1: facts }).used).toBe(used);
  });
});

test("a change that would leave etcd's data behind ends the run", () => {
  const survey = surveyed({ cp1: { layers: ["control-plane"] } });
  expect(() => surveyedMembership(judgedConfig(), survey)).toThrow(/already, but no etcd on e1/);
  expect(surveyedMembership(judgedConfig(), surveyed({})).starts).toEqual(
    new Map([["e1", "found"]]),
  );
});

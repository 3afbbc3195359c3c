import type { HostProvider } from "../../../../components/host/host-provider";
import { sparedMembers, votingMembers } from "../../../../components/survey/member-losses";
import type { HostFacts, SurveyResult } from "../../../../provider/survey-api";
import { hostFacts } from "../../../support/fakes/host-facts";
import { addresses, judgedConfig, type Name } from "../../../support/fakes/judged-host";

type Facts = Partial<Record<Name, Partial<HostFacts>>>;

const named = Object.entries(addresses) as [Name, string][];

function surveyed(facts: Facts): SurveyResult {
  const entries = named.map(([name, address]) => [
    name,
    { facts: hostFacts(name, address, facts[name]) },
  ]);
  return { hosts: Object.fromEntries(entries) as SurveyResult["hosts"] };
}

/** The cluster of `judgedConfig`, of which some hosts are in maintenance, so that they were not looked at. */
function spared(facts: Facts, away: readonly Name[] = [], answers: Facts = {}) {
  const hosts = named.map(([name, address]) => [
    name,
    {
      address,
      roles: [{ cp1: "control-plane", e1: "etcd", w1: "worker" }[name]],
      ...(away.includes(name) ? { maintenance: true } : {}),
    },
  ]);
  const survey = surveyed(facts);
  const looked = Object.entries(survey.hosts).filter(([name]) => !away.includes(name as Name));
  const provider = {
    survey: () => Promise.resolve(surveyed(answers)),
  } as unknown as HostProvider; // all that is used of it
  const config = judgedConfig({ hosts: Object.fromEntries(hosts) as unknown });
  return sparedMembers(provider, config, { hosts: Object.fromEntries(looked) });
}

describe("etcd is founded anew", () => {
  test("where no host says that there is a cluster", async () => {
    // a run that was cut off has made runtimes by then, for they wait for nothing
    await expect(spared({ w1: { layers: ["runtime"] } })).resolves.toMatchObject({ recorded: [] });
  });

  test.each<[string, Facts, readonly Name[], RegExp]>([
    [
      "a control plane",
      { cp1: { layers: ["control-plane"] } },
      [],
      /already, but no etcd on e1.*Put the hosts that were members back/,
    ],
    [
      "a node, though all control planes are new",
      { w1: { layers: ["runtime", "node"] } },
      [],
      /already, but no etcd on e1/,
    ],
    ["a host that nobody looks at", {}, ["w1"], /without w1 nobody knows .* end the maintenance/],
  ])("never where there is %s", async (_, facts, away, text) => {
    await expect(spared(facts, away)).rejects.toThrow(text);
  });
});

describe("members of etcd are counted", () => {
  const listed = (...members: object[]) => JSON.stringify({ header: {}, members });

  test("without those that only learn", () => {
    expect(votingMembers(listed({ ID: "1f" }, { isLearner: false }, { isLearner: true }))).toBe(2);
  });

  test.each(["", "panic:", "null", '{"header":{}}', '{"members":{}}'])(
    "not by what is no list: %s",
    (output) => {
      expect(votingMembers(output)).toBeUndefined();
    },
  );

  test("and one that answers something else does not hold", async () => {
    const text = "ETCD_INITIAL_CLUSTER=e1=https://10.1.0.2:2380,e2=https://10.1.0.3:2380\n";
    const facts = { e1: { layers: ["etcd"], texts: { "/etc/kubernetes/etcd/members.env": text } } };
    const probes = { members: { status: 0, output: "warning: odd" } };
    await expect(spared(facts, [], { e1: { probes } })).rejects.toThrow(
      /etcd can't spare e2: .*e1 may be down/,
    );
  });
});

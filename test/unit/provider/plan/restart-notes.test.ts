import {
  restartNotesLine,
  interrupts,
  parsedRestartNotes,
  turnOf,
  unitVerbs,
  type RestartNotes,
} from "../../../../provider/plan/restart-notes";

const turn = { group: "control-plane", maxUnavailable: 1 };
const around = {
  group: "node",
  maxUnavailable: 2,
  before: '"kubectl drain w1 --delete-emptydir-data" on cp1',
  after: '"sh -c echo "then" on" on cp2',
};

describe("what the provider says of a change's consequences, a reader understands", () => {
  test.each<[string, RestartNotes]>([
    ["restarts etcd on cp1", { host: "cp1", units: { restarts: ["etcd"] } }],
    [
      "restarts kube-apiserver on cp2 (one host of control-plane at a time)",
      { host: "cp2", units: { restarts: ["kube-apiserver"] }, turn },
    ],
    [
      "restarts containerd, kubelet, reloads haproxy, stops kube-proxy on w-1.example (one host of control-plane at a time)",
      {
        host: "w-1.example",
        units: { restarts: ["containerd", "kubelet"], reloads: ["haproxy"], stops: ["kube-proxy"] },
        turn,
      },
    ],
    [
      'stops kubelet on w1 (2 hosts of node at a time, after "kubectl drain w1 --delete-emptydir-data" on cp1, then "sh -c echo "then" on" on cp2)',
      { host: "w1", units: { stops: ["kubelet"] }, turn: around },
    ],
    ["starts kube-proxy on w1", { host: "w1", units: { starts: ["kube-proxy"] } }],
    [
      'stops kubelet on w1 (one host of node at a time, then "kubectl uncordon w1" on cp1)',
      {
        host: "w1",
        units: { stops: ["kubelet"] },
        turn: { group: "node", maxUnavailable: 1, after: '"kubectl uncordon w1" on cp1' },
      },
    ],
    ["interrupts nothing on w1", { host: "w1", units: {} }],
  ])("%s", (line, said) => {
    expect(restartNotesLine(said)).toBe(line);
    expect(parsedRestartNotes(line)).toStrictEqual(said);
    // as a preview prints it
    expect(parsedRestartNotes(`${line}\n`)).toEqual(said);
  });

  test("units are named without .service", () => {
    const said = { host: "w1", units: { restarts: ["kubelet.service", "a.service.timer"] } };
    expect(restartNotesLine(said)).toBe("restarts kubelet, a.service.timer on w1");
  });

  test("a turn names the commands around it, and where they run", () => {
    const rollout = { group: "node", maxUnavailable: 1, held: "later" };
    const around = { before: '"kubectl drain w1" on cp1', after: '"true" on cp1' };
    expect(turnOf(rollout, {})).toEqual({ group: "node", maxUnavailable: 1 });
    expect(turnOf(rollout, around)).toEqual({ group: "node", maxUnavailable: 1, ...around });
  });

  test("only restarts and stops interrupt", () => {
    const interrupted = (units: RestartNotes["units"]): boolean =>
      interrupts({ host: "w1", units });
    expect(unitVerbs.filter((verb) => interrupted({ [verb]: ["a"] }))).toEqual([
      "restarts",
      "stops",
    ]);
    expect(interrupted({ restarts: [], stops: [] })).toBe(false);
    expect(interrupted({ restarts: ["a"], stops: ["b"] })).toBe(true);
  });

  test("no other text is taken for such a line", () => {
    expect(parsedRestartNotes("waiting for its turn in node")).toBeUndefined();
    expect(parsedRestartNotes("error: 1 error occurred: restarts failed")).toBeUndefined();
  });
});

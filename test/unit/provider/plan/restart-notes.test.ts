import {
  restartNotesLine,
  parsedRestartNotes,
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
    ["interrupts nothing on w1", { host: "w1", units: {} }],
  ])("%s", (line, said) => {
    expect(restartNotesLine(said)).toBe(line);
    expect(parsedRestartNotes(line)).toEqual(said);
    // as a preview prints it
    expect(parsedRestartNotes(`${line}\n`)).toEqual(said);
  });

  test("units are named without .service", () => {
    const said = { host: "w1", units: { restarts: ["kubelet.service", "a.timer"] } };
    expect(restartNotesLine(said)).toBe("restarts kubelet, a.timer on w1");
  });

  test("no other text is taken for such a line", () => {
    expect(parsedRestartNotes("waiting for its turn in node")).toBeUndefined();
    expect(parsedRestartNotes("error: 1 error occurred: restarts failed")).toBeUndefined();
  });
});

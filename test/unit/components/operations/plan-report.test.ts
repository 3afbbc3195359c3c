import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EtcdMembership } from "../../../../components/operations/etcd-membership";
import { planReport } from "../../../../components/operations/plan-report";
import type { OperationFacts } from "../../../../components/operations/operation-facts";
import { writeOperationReport } from "../../../../components/operator/operation-report";
import { parsed, set, type Change } from "../../../support/fakes/config-input";

const all = ["cp1", "cp2", "cp3", "w1", "w2", "w10"];

function facts(
  change: Change = () => undefined,
  marked: readonly string[] = all,
  { steps = [], moves = [] }: Partial<EtcdMembership> = {},
): OperationFacts {
  const etcdMembership = { starts: new Map(), founders: [], leaving: [], steps, moves };
  return { config: parsed(change), marked: new Set(marked), etcdMembership };
}

const lines = (of: OperationFacts) =>
  planReport(of).steps.map(({ host, action, reason }) => `${host} ${action}: ${reason}`);

describe("a plan says of its own accord", () => {
  test("nothing where every host is part of the cluster", () => {
    expect(lines(facts())).toEqual([]);
  });

  test("which host joins, and as what", () => {
    const others = all.filter((name) => name !== "w2");
    expect(lines(facts(undefined, others))).toEqual([
      "w2 join: it is no part of the cluster yet, and becomes worker",
    ]);
  });

  test("which members of etcd come and go, in their order, and what etcd tolerates after each", () => {
    const steps = [
      { host: "cp3", action: "replace", before: 3, after: 3, healthy: 3 },
      { host: "e4", action: "join", before: 3, after: 4, healthy: 4 },
      { host: "e1", action: "leave", before: 4, after: 3, healthy: 3 },
      { host: "e2", action: "leave", before: 3, after: 2, healthy: 2 },
    ] as const;
    expect(lines(facts(undefined, all, { steps }))).toEqual([
      "cp3 add: in place of its old member, which is gone, etcd 3 -> 3 of 4, tolerates 1",
      "e4 add: etcd 3 -> 4 of 4, tolerates 1",
      "e1 leave: etcd 4 -> 3 of 4, tolerates 1",
      "e2 leave: etcd 3 -> 2 of 4, tolerates 0",
    ]);
  });

  test("which members of etcd get another address", () => {
    const moves = [
      { host: "cp1", from: "https://10.0.0.1:2380", to: "https://10.9.0.1:2380" },
      { host: "cp2", from: "https://10.0.0.2:2380", to: "https://10.9.0.2:2380" },
    ];
    expect(lines(facts(undefined, all, { moves }))).toEqual([
      "cp1 move: https://10.0.0.1:2380 -> https://10.9.0.1:2380",
      "cp2 move: https://10.0.0.2:2380 -> https://10.9.0.2:2380",
    ]);
  });

  test("which host is gone for good", () => {
    expect(lines(facts(set("lost", ["w9"])))).toEqual([
      "w9 forget: it is gone for good: what the cluster has of it goes, and nothing on it is cleaned",
    ]);
  });

  test("which host is left alone, and which members of etcd are held for it", () => {
    const found = lines(facts((input) => set("hosts.cp2.maintenance", true)(input)));
    expect(found[0]).toBe("cp2 skip: it is in maintenance");
    expect(found.slice(1)).toEqual([
      expect.stringMatching(/^cp1 hold: it would restart a member of etcd while cp2 may be down/),
      expect.stringMatching(/^cp3 hold: /),
    ]);
  });
});

describe("the program reports on an operation", () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-report-"));
  const file = join(folder, "report.json");
  afterAll(() => rmSync(folder, { recursive: true }));

  test("when a command asks for it, to the file that the command reads", () => {
    writeOperationReport(facts(), { PLINTH_OPERATION: "plan", PLINTH_REPORT: file });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ version: 1, steps: [] });
  });

  test("and never in an ordinary run", () => {
    expect(() => writeOperationReport(facts(), {})).not.toThrow();
  });

  test("of a name that it knows", () => {
    const asked = { PLINTH_OPERATION: "constructor", PLINTH_REPORT: file };
    expect(() => writeOperationReport(facts(), asked)).toThrow(
      'PLINTH_OPERATION: got "constructor", expected plan',
    );
  });
});

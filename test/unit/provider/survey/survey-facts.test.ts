import { Leases } from "../../../../provider/lease/lease";
import { processNames } from "../../../../provider/lease/process-names";
import { hostFacts } from "../../../../provider/survey/survey-facts";

describe("what a survey prints", () => {
  test("a survey of an unknown machine has no surprises", () => {
    const facts = hostFacts("\n@ids\nuid=1000\narchitecture=riscv64\n", {
      sentAt: 0,
      user: "ops",
      unprivileged: true,
      leases: new Leases(),
    });
    expect(facts).toMatchObject({
      privilege: "none",
      architecture: "riscv64",
      systemdVersion: 0,
      addresses: {},
      listening: [],
    });
  });

  test("a host that another run holds names it, until its lease ends or its processes have", () => {
    const living = processNames(process.pid);
    const changedBy = (holder: string, expires: number) => {
      const lease = { operator: "ann@ops1", pid: 17, runId: "other", holder, since: 90, expires };
      const output = `\n@time\n100000000000\n\n@lease\n${JSON.stringify(lease)}\n`;
      const context = { sentAt: 0, user: "root", unprivileged: false, leases: new Leases() };
      return hostFacts(output, context).changedBy;
    };
    expect(changedBy(living, 101)).toEqual({ operator: "ann@ops1", pid: 17, since: 90 });
    expect(changedBy("another machine", 101)).toEqual({ operator: "ann@ops1", pid: 17, since: 90 });
    expect(changedBy(living, 99)).toBeUndefined();
    expect(changedBy(processNames(2 ** 22 + 1), 101)).toBeUndefined();
  });

  test("listening sockets carry their process and unit", () => {
    const socket = 'LISTEN 0 128 [::]:6443 [::]:* users:(("kube-apiserver",pid=7,fd=3))';
    const { listening } = hostFacts(
      `\n@listening\n${socket}\n/proc/7/cgroup:0::/system.slice/kube-apiserver.service\n`,
      { sentAt: 0, user: "root", unprivileged: false, leases: new Leases() },
    );
    expect(listening).toEqual([
      { port: 6443, address: "::", process: "kube-apiserver", unit: "kube-apiserver.service" },
    ]);
  });
});

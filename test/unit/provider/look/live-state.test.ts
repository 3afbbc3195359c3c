import { liveHost, sections, type UnitState } from "../../../../provider/look/live-state";

describe("the output of a look", () => {
  test("is split at the lines that begin a section, in whatever order, and however often", () => {
    const output = "before\n@b\n1\n\n2\n@a\n@ no name\n@b\n3\n";
    expect(Object.fromEntries(sections(output))).toEqual({
      b: ["1", "", "2", "3", ""],
      a: ["@ no name"],
    });
  });

  test("without anything is a host without anything", () => {
    const live = liveHost("");
    expect(live.units.size + live.paths.size + live.users.size + live.manifests.size).toBe(0);
    expect(live).not.toHaveProperty("marker");
    expect(live).not.toHaveProperty("lease");
  });
});

describe("a path", () => {
  const state = (line: string) => [...liveHost(`\n@stat\n${line}\n`).paths][0];
  test("has its kind, mode, owner and times", () => {
    expect(state("regular file\t644\troot:app\t3\t1.5\t2.5\t7\t/etc/a b")).toEqual([
      "/etc/a b",
      {
        kind: "file",
        mode: "0644",
        owner: "root:app",
        changedAt: 2.5,
        stat: "3 1.5 2.5 7",
      },
    ]);
  });

  test.each([
    ["regular file", "file"],
    ["regular empty file", "file"],
    ["directory", "directory"],
    ["symbolic link", "link"],
    ["character special file", "other"],
    ["socket", "other"],
  ])("that stat calls %s is a %s", (said, kind) => {
    expect(state(`${said}\t1777\ta:b\t0\t0\t0\t1\t/x`)?.[1]).toMatchObject({ kind, mode: "1777" });
  });

  test("that is a link names its target, and one with tabs in its name is the same", () => {
    expect(state("symbolic link\t777\tr:r\t1\t1\t1\t8\t/l\t1 -> /etc/a b")).toMatchObject([
      "/l\t1",
      { kind: "link", target: "/etc/a b" },
    ]);
  });
});

test("checksums are found by path, in the form in which sha256sum writes odd names", () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  const { hashes } = liveHost(
    `\n@sha256\n${a}  /etc/a b\n\\${b}  /etc/x\\\\x2d\n${b}  /etc/\\\\c\n`,
  );
  expect(Object.fromEntries(hashes)).toEqual({
    "/etc/a b": a,
    "/etc/x\\x2d": b,
    "/etc/\\\\c": b,
  });
});

describe("a unit", () => {
  const unit = (lines: Readonly<Record<string, string>>, clock = ""): UnitState | undefined => {
    const text = Object.entries(lines).map(([key, value]) => `${key}=${value}\n`);
    return liveHost(`${clock}\n@units\nId=a.service\n${text.join("")}`).units.get("a.service");
  };

  test("is told by the block that has its name, whatever the order", () => {
    const { units } = liveHost(
      "\n@units\nActiveState=active\nSubState=running\nId=a.service\n\n" +
        "Id=b.service\nActiveState=failed\nSubState=failed\n\nActiveState=active\n",
    );
    expect([...units].map(([name, { state }]) => `${name} ${state}`)).toEqual([
      "a.service active (running)",
      "b.service failed (failed)",
    ]);
  });

  test("has all that systemd says of it", () => {
    expect(
      unit({
        LoadState: "loaded",
        ActiveState: "active",
        SubState: "running",
        InvocationID: "f00",
        NeedDaemonReload: "yes",
        DropInPaths: "/x /y",
        ExecMainStartTimestamp: "Mon 2024-01-01 00:00:10 UTC",
      }),
    ).toEqual({
      loaded: true,
      running: true,
      active: true,
      invocation: "f00",
      needsReload: true,
      dropIns: ["/x", "/y"],
      startedAt: Date.UTC(2024, 0, 1, 0, 0, 10) / 1000,
      state: "active (running)",
    });
    expect(unit({ LoadState: "not-found", ActiveState: "inactive" })).toEqual({
      loaded: false,
      running: false,
      active: false,
      invocation: "",
      needsReload: false,
      dropIns: [],
      state: "inactive ()",
    });
  });

  test.each<[string, string, string, boolean, boolean]>([
    ["active", "running", "simple", true, true],
    ["active", "exited", "oneshot", true, true],
    ["reloading", "reload", "notify", true, true],
    ["activating", "start", "notify", true, true],
    ["activating", "start", "oneshot", false, true],
    ["activating", "auto-restart", "simple", false, true],
    ["deactivating", "stop-sigterm", "simple", false, true],
    ["inactive", "dead", "simple", false, false],
    ["failed", "failed", "simple", false, false],
  ])("that is %s (%s, %s): runs %p, has something to interrupt %p", (...row) => {
    const [ActiveState, SubState, Type, runs, active] = row;
    expect(unit({ ActiveState, SubState, Type })).toMatchObject({ running: runs, active });
  });

  describe("was started", () => {
    const second = Date.UTC(2024, 0, 1, 0, 0, 10) / 1000;
    const said = "Mon 2024-01-01 00:00:10 UTC";
    /** Uptime and time of day: the host was booted 1000 s before that second. */
    const clock = `\n@clock\n2000.00 100.00\n${second + 1000}.000000\n`;
    const started = (lines: Readonly<Record<string, string>>, at = clock) =>
      unit(lines, at)?.startedAt;

    test("at the microsecond that the kernel's clock tells, less the resolution of the uptime", () => {
      const found = started({
        ExecMainStartTimestamp: said,
        ExecMainStartTimestampMonotonic: "1000500000",
      });
      expect(found).toBeCloseTo(second + 0.48, 3);
    });

    test.each([
      ["before that second", "999999999"],
      ["after it", "1001000000"],
    ])("at the second that systemd tells, where the kernel's clock is %s", (_, monotonic) => {
      const lines = { ExecMainStartTimestamp: said, ExecMainStartTimestampMonotonic: monotonic };
      expect(started(lines)).toBe(second);
    });

    test("at that second where the host tells no uptime", () => {
      const lines = { ExecMainStartTimestamp: said, ExecMainStartTimestampMonotonic: "1000500000" };
      expect(started(lines, "")).toBe(second);
    });

    test("when it became active, where it has no process", () => {
      const found = started({
        ExecMainStartTimestamp: "",
        ActiveEnterTimestamp: said,
        ActiveEnterTimestampMonotonic: "1000250000",
      });
      expect(found).toBeCloseTo(second + 0.23, 3);
    });

    test("nobody knows when, where systemd does not tell", () => {
      expect(started({ ActiveState: "active" })).toBeUndefined();
    });
  });
});

test("packages, users, groups, modules and questions are told by their lines", () => {
  const live = liveHost(
    "\n@packages\ninstalled socat\nconfig-files vim\nnot-installed installed curl\n" +
      "\n@users\napp:x:990:990::/srv/app:/usr/sbin/nologin\n" +
      "\n@groups\nadm:x:4:syslog,app\ntty:x:5:\nbroken\n" +
      "\n@modules\noverlay\n\n@asked\nlook_stat /etc/x\n",
  );
  expect([...live.packages]).toEqual(["socat"]);
  expect(Object.fromEntries(live.users)).toEqual({ app: { home: "/srv/app" } });
  expect(live.groups.get("adm")).toEqual(["syslog", "app"]);
  expect(live.groups.get("tty")).not.toContain("app");
  expect([...live.modules]).toEqual(["overlay"]);
  expect([...live.asked]).toEqual(["look_stat /etc/x"]);
});

describe("a small text", () => {
  const told = (...lines: string[]) => liveHost(`\n@text\n${lines.join("\n")}\n`);

  test("of a kernel parameter may hold colons", () => {
    const { sysctls } = told("/proc/sys/net/x:1:2", "/etc/proc/sys/net/y:3");
    expect(Object.fromEntries(sysctls)).toEqual({ "/proc/sys/net/x": "1:2" });
  });

  test("tells whose the host is, and who changes it at this moment", () => {
    const live = told(
      '/etc/plinth/cluster.json:{"cluster":"c","host":"cp1"}',
      '/run/plinth/lease.json:{"operator":"ann@ops"}',
    );
    expect(told("/proc/sys/net/x:1").marker).toBeUndefined();
    expect(live.marker).toEqual({ cluster: "c", host: "cp1" });
    expect(live.lease).toEqual({ operator: "ann@ops" });
  });

  test("tells what a layer brought; what an earlier version did not list is nothing", () => {
    const { manifests } = told('/etc/plinth/layers/etcd.json:{"layer":"etcd","files":["/a"]}');
    expect(manifests.get("etcd")).toMatchObject({
      layer: "etcd",
      files: ["/a"],
      units: [],
      madeUsers: [],
      complete: false,
    });
  });

  test("that is damaged counts as missing, so that it is written again", () => {
    const { manifests, records } = told(
      "/etc/plinth/layers/etcd.json:{",
      "/run/plinth/units/a.service.json:{",
      '/run/plinth/units/b.service.json:{"invocation":"f00","inputs":{}}',
    );
    expect(manifests.size).toBe(0);
    expect(Object.fromEntries(records)).toEqual({
      "b.service": { invocation: "f00", inputs: {} },
    });
  });

  test("elsewhere or of another form is no manifest", () => {
    const { manifests } = told(
      "/etc/plinth/layers/etcd.json.old:{}",
      "/etc/plinth/layers/etcd.binaries:{}",
      "/etc/other/etcd.json:{}",
    );
    expect(manifests.size).toBe(0);
  });

  test("tells which download an executable is of", () => {
    const { binaries } = told(
      "/etc/plinth/layers/etcd.binaries:key\tsum\t3 1 2 7\t/usr/bin/etcd",
      "/etc/plinth/layers/etcd.json:{}",
    );
    expect(Object.fromEntries(binaries)).toEqual({
      "/usr/bin/etcd": { key: "key", sha256: "sum", stat: "3 1 2 7" },
    });
  });
});

import { liveHost } from "../../../../provider/look/live-state";

test("what a host prints is understood in whatever order, and with parts missing", () => {
  const live = liveHost(
    "\n@stat\nregular file\t644\troot:root\t3\t1.5\t2.5\t7\t/etc/a b\nsymbolic link\t777\troot:root\t1\t1\t1\t8\t/l -> /etc/a b\n" +
      `\n@sha256\n${"a".repeat(64)}  /etc/a b\n\\${"b".repeat(64)}  /etc/x\\\\x2d\n` +
      "\n@units\nId=a.service\nType=notify\nActiveState=activating\nSubState=start\nInvocationID=1\nDropInPaths=/x /y\n\nId=b.service\nActiveState=inactive\nSubState=dead\n" +
      '\n@text\n/etc/plinth/cluster.json:{"cluster":"c"}\n/proc/sys/net/x:1 2\n/etc/plinth/layers/broken.json:{\n',
  );
  expect(live.paths.get("/etc/a b")).toEqual({
    kind: "file",
    mode: "0644",
    owner: "root:root",
    changedAt: 2.5,
    stat: "3 1.5 2.5 7",
  });
  expect(live.paths.get("/l")?.target).toBe("/etc/a b");
  expect([...live.hashes.keys()]).toEqual(["/etc/a b", "/etc/x\\x2d"]);
  expect(live.units.get("a.service")).toMatchObject({
    running: true,
    active: true,
    dropIns: ["/x", "/y"],
  });
  expect(live.units.get("b.service")).toMatchObject({ running: false, active: false });
  expect([live.marker, live.sysctls.get("/proc/sys/net/x"), live.manifests.size]).toEqual([
    { cluster: "c" },
    "1 2",
    0,
  ]);
});

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { minutes } from "../support/text/durations";

const hosts = new EtcdHosts(3);
afterAll(() => hosts.remove(), minutes);

/** The commands of docs/operations/etcd.md, each under the number of its step. */
function runbook(): ReadonlyMap<number, string> {
  const text = readFileSync(join(__dirname, "../../docs/operations/etcd.md"), "utf8");
  const [, section = ""] = text.split("## Restore a snapshot");
  const steps = section.split(/^(?=\d+\. )/m).slice(1);
  return new Map(
    steps.map((step, at) => {
      const block = [...step.matchAll(/^ {8}(\S.*| {2}\S.*)$/gm)]
        .map(([, line]) => line)
        .join("\n");
      const [, inline = ""] = /: `([^`]*mv[^`]*)`/.exec(step) ?? [];
      return [at + 1, block || inline];
    }),
  );
}

test(
  "a cluster whose etcd lost its quorum for good goes on from a snapshot, as docs/operations/etcd.md says",
  async () => {
    await hosts.up("e1");
    await hosts.etcdctl("e1", "put", "before", "1");
    await hosts.up("e1 e2 e3");
    await hosts.etcdctl("e1", "put", "after", "1");
    for (const name of ["e2", "e3"]) {
      await hosts.host(name).stop("SIGKILL");
      hosts.host(name).wipe();
    }
    await expect(hosts.up("e1 e2 e3")).rejects.toThrow(/lost its quorum.*restore a snapshot/);

    const host = hosts.host("e1");
    await host.stop();
    const snapshots = readdirSync(host.path("/var/lib/etcd-snapshots")).sort();
    const commands = runbook()
      .get(3)!
      .replace("SNAPSHOT", `/var/lib/etcd-snapshots/${snapshots.at(-1)!}`)
      .replaceAll("ADDRESS", host.config.internalAddress)
      // the test's hosts share one machine: no user, no systemd
      .replace(/^chown .*$/m, "")
      .replace("systemctl start etcd", "");
    await host.shell(`set -e\n${commands}`);
    host.start();
    expect(existsSync(host.path("/var/lib/etcd/member.before"))).toBe(true);
    await hosts.host("e2").shell(`mkdir -p /var/lib/etcd/member; ${runbook().get(4)!}`);

    expect(await hosts.up("e1 e2 e3")).toEqual(["join e2", "join e3"]);
    expect(await hosts.etcdctl("e3", "get", "--print-value-only", "before")).toBe("1");
    // what came after the snapshot is lost
    expect(await hosts.etcdctl("e3", "get", "--print-value-only", "after")).toBe("");
    const status = await hosts.etcdctl("e3", "endpoint", "status", "-w", "json");
    const [{ Status }] = JSON.parse(status) as [{ Status: { header: { revision: number } } }];
    expect(Status.header.revision).toBeGreaterThan(1_000_000);
  },
  3 * minutes,
);

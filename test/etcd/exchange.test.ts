import { readdirSync } from "node:fs";
import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { EtcdWriter } from "../support/etcd/etcd-writer";
import { minutes } from "../support/text/durations";

const hosts = new EtcdHosts(4);
const writer = new EtcdWriter(hosts);

afterAll(() => hosts.remove(), minutes);

test(
  "all members are exchanged for another one in one edit, and back, and no write that was acknowledged is lost",
  async () => {
    await hosts.up("e1 e2 e3");
    writer.start();
    const [first, ...rest] = await hosts.up("e4", { others: "e1 e2 e3" });
    expect([first, ...rest.toSorted()]).toEqual(["join e4", "leave e1", "leave e2", "leave e3"]);
    const back = await hosts.up("e1 e2 e3", { others: "e4" });
    expect(back).toEqual(["join e1", "join e2", "join e3", "leave e4"]);
    const { written, lost } = await writer.stop();
    expect(lost).toEqual([]);
    expect(written).toBeGreaterThan(10);
    expect(await hosts.voters("e2")).toBe("e1 e2 e3");
    expect(readdirSync(hosts.host("e1").path("/var/lib/etcd-snapshots"))).toContainEqual(
      expect.stringMatching(/-before-e1-joins\.db$/),
    );
  },
  3 * minutes,
);

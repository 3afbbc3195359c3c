import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { EtcdWriter } from "../support/etcd/etcd-writer";
import { minutes } from "../support/text/durations";

const hosts = new EtcdHosts(3);
const writer = new EtcdWriter(hosts);
const all = "e1 e2 e3";

afterAll(() => hosts.remove(), minutes);

/** Ids and addresses of the members, as one of them lists them. */
async function listed(name: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const lines = (await hosts.etcdctl(name, "member", "list")).split("\n");
  return Object.fromEntries(
    lines.map((line): readonly [string, readonly string[]] => {
      const [id = "", , member = "", peer = "", client = ""] = line.split(", ");
      return [member, [id, peer, client]];
    }),
  );
}

const urls = (address: string) => [`https://${address}:2380`, `https://${address}:2379`];

// each test goes on from the cluster that the one before it left
describe("members of etcd get other addresses, and nothing is lost", () => {
  let before: Awaited<ReturnType<typeof listed>>;

  test(
    "the only one",
    async () => {
      await hosts.up("e1");
      writer.start();
      hosts.readdress("e1", "127.77.9.1");
      expect(await hosts.up("e1")).toEqual(["move e1"]);
      expect((await listed("e1")).e1!.slice(1)).toEqual(urls("127.77.9.1"));
      expect(await hosts.up("e1")).toEqual([]);
    },
    2 * minutes,
  );

  test(
    "one of three",
    async () => {
      await hosts.up(all);
      before = await listed("e1");
      hosts.readdress("e2", "127.77.1.2");
      expect(await hosts.up(all)).toEqual(["move e2"]);
      expect((await listed("e1")).e2).toEqual([before.e2![0], ...urls("127.77.1.2")]);
    },
    2 * minutes,
  );

  test(
    "a second run changes nothing, certificates included",
    async () => {
      expect(await hosts.up(all)).toEqual([]);
      expect(hosts.host("e2").certified).toEqual(["127.77.1.2", "127.0.0.1", "127.77.0.2"]);
    },
    minutes,
  );

  test(
    "all three in one run, one at a time",
    async () => {
      for (const at of [1, 2, 3]) hosts.readdress(`e${at}`, `127.77.2.${at}`);
      expect(await hosts.up(all)).toEqual(["move e1", "move e2", "move e3"]);
      const after = await listed("e2");
      for (const at of [1, 2, 3]) {
        const name = `e${at}`;
        expect(after[name]).toEqual([before[name]![0], ...urls(`127.77.2.${at}`)]);
      }
      expect(await hosts.up(all)).toEqual([]);
    },
    3 * minutes,
  );

  test(
    "one whose former address is gone comes first",
    async () => {
      await hosts.host("e3").stop("SIGKILL");
      hosts.readdress("e3", "127.77.3.3", "gone");
      hosts.readdress("e1", "127.77.3.1");
      expect(await hosts.up(all)).toEqual(["move e3", "move e1"]);
      expect((await listed("e3")).e3!.slice(1)).toEqual(urls("127.77.3.3"));
      expect(hosts.host("e3").certified).toEqual(["127.77.3.3", "127.0.0.1"]);
      expect(await hosts.up(all)).toEqual([]);
    },
    3 * minutes,
  );

  test(
    "one that was started at another address before the others were told tells them itself",
    async () => {
      hosts.readdress("e2", "127.77.4.2");
      expect(await hosts.up(all, { untold: true })).toEqual(["move e2"]);
      expect((await listed("e1")).e2!.slice(1)).toEqual(urls("127.77.4.2"));
      expect(await hosts.up(all)).toEqual([]);
    },
    2 * minutes,
  );

  test(
    "its certificates are good for the former address until the machine has that no more",
    async () => {
      hosts.readdress("e2", "127.77.4.2", "gone");
      expect(await hosts.up(all)).toEqual(["certificate e2"]);
      expect(hosts.host("e2").certified).toEqual(["127.77.4.2", "127.0.0.1"]);
      expect(await hosts.up(all)).toEqual([]);
    },
    minutes,
  );

  test(
    "none of three moves while another one is down",
    async () => {
      await hosts.host("e3").stop("SIGKILL");
      hosts.readdress("e1", "127.77.5.1");
      await expect(hosts.up(all)).rejects.toThrow(
        /can't move e1: while it restarts, 1 of its 3 members .* needs 2 .* not answering: e3/,
      );
      hosts.host("e3").start();
      // the gate waits for it
      expect((await hosts.gate("e2", all)).status).toBe(0);
      expect(await hosts.up(all)).toEqual(["move e1"]);
    },
    2 * minutes,
  );

  test(
    "no write that was acknowledged is lost",
    async () => {
      const { written, lost } = await writer.stop();
      expect(lost).toEqual([]);
      expect(written).toBeGreaterThan(50);
    },
    minutes,
  );

  test(
    "without a quorum none moves, and a run says what to do",
    async () => {
      await Promise.all(["e1", "e2", "e3"].map((name) => hosts.host(name).stop()));
      hosts.readdress("e1", "127.77.6.1");
      await expect(hosts.up(all)).rejects.toThrow(
        /can't move e1 from https:\/\/127.77.5.1:2380 to .*6.1:2380: none .* Put 127.77.5.1 back/,
      );
      hosts.readdress("e1", "127.77.5.1");
      expect((await hosts.up(all)).slice().sort()).toEqual(["start e1", "start e2", "start e3"]);
      hosts.readdress("e1", "127.77.6.1");
      expect(await hosts.up(all)).toEqual(["move e1"]);
    },
    2 * minutes,
  );
});

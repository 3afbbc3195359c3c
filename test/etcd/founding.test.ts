import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { minutes } from "../support/text/durations";

let hosts: EtcdHosts;
beforeEach(() => {
  hosts = new EtcdHosts(4);
});
afterEach(() => hosts.remove(), minutes);

/** A first run in which only some hosts get as far as their first start. */
async function cutOff(wanted: string, made: readonly string[]): Promise<void> {
  const run = hosts.up(wanted, { made, deadlineSeconds: 8 });
  await expect(run).rejects.toThrow(`${made[0]!} is ready`);
}

describe("a founding that was cut off is finished by the next run", () => {
  test(
    "of which one member was made",
    async () => {
      await cutOff("e1 e2 e3", ["e1"]);
      expect((await hosts.up("e1 e2 e3")).slice().sort()).toEqual(["found e2", "found e3"]);
      expect(await hosts.voters("e2")).toBe("e1 e2 e3");
    },
    2 * minutes,
  );

  test(
    "of which one member was made, and does not run",
    async () => {
      await cutOff("e1 e2 e3", ["e2"]);
      await hosts.host("e2").stop("SIGKILL");
      const journal = await hosts.up("e1 e2 e3");
      expect(journal.slice().sort()).toEqual(["found e1", "found e3", "start e2"]);
    },
    2 * minutes,
  );

  test(
    "after the list of members has changed, and a run with it was cut off, too",
    async () => {
      await cutOff("e1 e2 e3", ["e1"]);
      // which writes down the new list, and is cut off
      await hosts.up("e1 e2 e4", { made: ["e1"] });
      const journal = await hosts.up("e1 e2 e4");
      // e3, which never began, makes room for e4
      expect(journal).toEqual(["found e2", "join e4"]);
      expect(await hosts.voters("e1")).toBe("e1 e2 e4");
    },
    2 * minutes,
  );

  test(
    "which a flag kept from beginning at all",
    async () => {
      const etcd = { extraArgs: { "max-wals": "x" } };
      const run = hosts.up("e1 e2 e3", { etcd, deadlineSeconds: 3 });
      await expect(run).rejects.toThrow("is ready");
      await Promise.all(["e1", "e2", "e3"].map((name) => hosts.host(name).stop()));
      const journal = await hosts.up("e1 e2 e3");
      expect(journal.slice().sort()).toEqual(["found e1", "found e2", "found e3"]);
    },
    2 * minutes,
  );

  test(
    "of which two members were made: they are the cluster that the third joins",
    async () => {
      await hosts.up("e1 e2 e3", { made: ["e1", "e2"] });
      expect(await hosts.up("e1 e2 e3")).toEqual(["join e3"]);
      expect(await hosts.voters("e3")).toBe("e1 e2 e3");
    },
    2 * minutes,
  );
});

test(
  "where the cluster has been used, members without data found nothing",
  async () => {
    await cutOff("e1 e2 e3", ["e1"]);
    hosts.layers.set("e1", ["control-plane"]);
    await expect(hosts.up("e1 e2 e3")).rejects.toThrow(
      /lost its quorum: of its 3 members 2 have no data any more \(e2, e3\)/,
    );
  },
  minutes,
);

import { readdirSync, rmSync } from "node:fs";
import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { EtcdWriter } from "../support/etcd/etcd-writer";
import { eventually, finished } from "../support/lab/lab";
import { minutes } from "../support/text/durations";

const hosts = new EtcdHosts(5);
const writer = new EtcdWriter(hosts);

afterAll(() => hosts.remove(), minutes);

/** Ends etcd on a host as a power cut does, its data with it where the disk goes, too. */
async function kill(name: string, disk: "kept" | "lost"): Promise<void> {
  await hosts.host(name).stop("SIGKILL");
  if (disk === "lost") hosts.host(name).wipe();
}

/** Name of the host whose member is the leader. */
function leader(): Promise<string> {
  return eventually("there is a leader", 30, async () => {
    for (const name of hosts.running) {
      const fields = (await hosts.etcdctl(name, "endpoint", "status")).split(", ");
      if (fields[8] === "true") return name;
    }
    return undefined;
  });
}

// each test goes on from the cluster that the one before it left
describe("members of etcd come and go, and nothing is lost", () => {
  test(
    "1, 3, 5",
    async () => {
      expect(await hosts.up("e1")).toEqual(["found e1"]);
      writer.start();
      expect(await hosts.up("e1 e2 e3")).toEqual(["join e2", "join e3"]);
      expect(await hosts.up("e1 e2 e3 e4 e5")).toEqual(["join e4", "join e5"]);
      expect(await hosts.voters("e1")).toBe("e1 e2 e3 e4 e5");
    },
    3 * minutes,
  );

  test(
    "a second run changes nothing",
    async () => {
      expect(await hosts.up("e1 e2 e3 e4 e5")).toEqual([]);
    },
    minutes,
  );

  test(
    "the first member is replaced, dead and with its data gone",
    async () => {
      await kill("e1", "lost");
      expect(await hosts.up("e1 e2 e3 e4 e5")).toEqual(["join e1"]);
      expect(await hosts.voters("e3")).toBe("e1 e2 e3 e4 e5");
    },
    2 * minutes,
  );

  test(
    "the leader leaves, and hands over before",
    async () => {
      const name = await leader();
      const rest = ["e1", "e2", "e3", "e4", "e5"].filter((each) => each !== name);
      expect(await hosts.up(rest.join(" "))).toEqual([`leave ${name}`]);
      const log = hosts.host(name).log();
      const [handedOver, removed] = ["leadership transfer finished", "removed member"].map((text) =>
        log.lastIndexOf(text),
      );
      expect(handedOver).toBeGreaterThan(0);
      expect(removed).toBeGreaterThan(handedOver!);
      expect(await hosts.up("e1 e2 e3 e4 e5")).toEqual([`join ${name}`]);
    },
    2 * minutes,
  );

  test(
    "one that was removed while it was down comes back as a new one",
    async () => {
      await kill("e5", "kept");
      const [line] = (await hosts.etcdctl("e1", "member", "list"))
        .split("\n")
        .filter((each) => each.includes(" e5,"));
      await eventually("e5 is removed", 20, async () =>
        hosts.etcdctl("e1", "member", "remove", line!.split(",")[0]!),
      );
      expect(await hosts.up("e1 e2 e3 e4 e5")).toEqual(["rejoin e5"]);
      expect(await hosts.voters("e1")).toBe("e1 e2 e3 e4 e5");
    },
    2 * minutes,
  );

  test(
    "one that was added and never began is added anew",
    async () => {
      await hosts.up("e1 e2 e3 e4");
      const url = "https://127.77.0.5:2380";
      await eventually("e5 is added", 20, () =>
        hosts.etcdctl("e1", "member", "add", "e5", "--learner", `--peer-urls=${url}`),
      );
      expect(await hosts.up("e1 e2 e3 e4 e5")).toEqual(["join e5"]);
    },
    2 * minutes,
  );

  test(
    "nobody leaves while the rest would have no quorum, and nobody joins",
    async () => {
      await hosts.up("e1 e2 e3");
      await kill("e3", "kept");
      await expect(hosts.up("e2 e3")).rejects.toThrow(
        /can't spare e1: of the 2 members without it 1 would answer, and it needs 2/,
      );
      await expect(hosts.up("e1 e2 e3 e4")).rejects.toThrow(
        /can't take in e4: .* not answering: e3/,
      );
      // the same, where the survey did not see it
      const left = await hosts.help("e2", "beforeRemoval", "e1", "e2 e3");
      expect(left).toMatchObject({ status: 1 });
      expect(left.output).toMatch(
        /^e1 can't leave: of the 2 members of etcd without it 1 are healthy, and it needs 2; missing: e3$/m,
      );
      expect(await hosts.voters("e1")).toBe("e1 e2 e3");
    },
    2 * minutes,
  );

  test(
    "a dead one goes with the living ones that leave, and makes room for a new one",
    async () => {
      await expect(hosts.up("e1", { lost: ["e3"] })).resolves.toEqual(["leave e3", "leave e2"]);
      expect(await hosts.up("e1 e2 e3")).toEqual(["join e2", "join e3"]);
      await kill("e3", "kept");
      expect(await hosts.up("e1 e2 e4", { lost: ["e3"] })).toEqual(["join e4", "leave e3"]);
      expect(await hosts.voters("e1")).toBe("e1 e2 e4");
    },
    2 * minutes,
  );

  test("one that answers is not lost", async () => {
    const left = await hosts.help("e1", "beforeRemoval", "e4", "e1 e2", "lost");
    expect(left).toMatchObject({ status: 1 });
    expect(left.output).toMatch(/^etcd's member e4 answers at https:\S+: it is not lost$/m);
  });

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
    "one that runs without its data is not replaced before it is stopped",
    async () => {
      const data = hosts.host("e4").path("/var/lib/etcd/member");
      rmSync(data, { recursive: true });
      await expect(hosts.up("e1 e2 e4")).rejects.toThrow(
        /etcd has a member e4 at https:\S+ that still answers, but there is no data of it here/,
      );
      await kill("e4", "lost");
      expect(await hosts.up("e1 e2 e4")).toEqual(["join e4"]);
    },
    minutes,
  );

  test(
    "a host without data does not begin by itself",
    async () => {
      await kill("e4", "lost");
      hosts.host("e4").start();
      await eventually("it is refused", 20, () =>
        Promise.resolve(
          hosts.host("e4").log().includes("only a run of Plinth lets etcd begin") || undefined,
        ),
      );
      expect(hosts.host("e4").runs).toBe(false);
      await hosts.host("e4").stop();
      expect(await hosts.up("e1 e2 e4")).toEqual(["join e4"]);
    },
    2 * minutes,
  );

  test(
    "all are stopped, and started by a run",
    async () => {
      for (const name of ["e1", "e2", "e4"]) await hosts.host(name).stop();
      expect((await hosts.up("e1 e2 e4")).slice().sort()).toEqual([
        "start e1",
        "start e2",
        "start e4",
      ]);
    },
    minutes,
  );

  test(
    "without a quorum because of lost data, a run ends with the way out",
    async () => {
      await kill("e2", "lost");
      await kill("e4", "lost");
      await expect(hosts.up("e1 e2 e4")).rejects.toThrow(
        /lost its quorum: of its 3 members 2 have no data any more \(e2, e4\), and it needs 2/,
      );
    },
    minutes,
  );

  test("snapshots were taken before all of that, and the last five of a host are there", async () => {
    const folder = hosts.host("e1").path("/var/lib/etcd-snapshots");
    const files = readdirSync(folder).sort();
    expect(files).toHaveLength(5);
    for (const file of files) {
      expect(file).toMatch(/^\d{8}T\d{6}Z-before-e\d-(joins|leaves)\.db$/);
    }
    const status = await finished(hosts.binary("etcdutl"), [
      ...["snapshot", "status", `${folder}/${files[0]!}`],
    ]);
    expect(status).toMatchObject({ status: 0 });
  });
});

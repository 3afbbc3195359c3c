import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { eventually } from "../support/lab/lab";
import { minutes } from "../support/text/durations";

const hosts = new EtcdHosts(4);
afterAll(() => hosts.remove(), minutes);

const stop = (...names: readonly string[]) =>
  Promise.all(names.map((name) => hosts.host(name).stop("SIGKILL")));

/** Starts members again, and waits until they count. */
async function start(...names: readonly string[]): Promise<void> {
  names.forEach((name) => hosts.host(name).start());
  for (const name of names) {
    await eventually(`${name} is healthy`, 30, () => hosts.etcdctl(name, "endpoint", "health"));
  }
}

/** What the gate says on a host of three, in a word or as its reason. */
async function gate(name: string, wanted = "e1 e2 e3"): Promise<string> {
  const { status, output } = await hosts.gate(name, wanted);
  return status === 1
    ? output.trim()
    : ({ 0: "yes", 10: "nothing to protect" }[status] ?? String(status));
}

// each test goes on from the cluster that the one before it left
describe("etcd can spare a member", () => {
  test(
    "that is the only one, for there is no better time",
    async () => {
      await hosts.up("e1");
      expect(await gate("e1", "e1")).toBe("yes");
    },
    minutes,
  );

  test(
    "of two, for nothing is gained by waiting",
    async () => {
      await hosts.up("e1 e2");
      expect(await gate("e1", "e1 e2")).toBe("yes");
    },
    minutes,
  );

  test(
    "of three that are all healthy",
    async () => {
      await hosts.up("e1 e2 e3");
      expect(await gate("e2")).toBe("yes");
    },
    minutes,
  );

  test(
    "that is down itself",
    async () => {
      await stop("e3");
      expect(await gate("e3")).toBe("yes");
    },
    minutes,
  );

  test(
    "but not of three, while another one is down",
    async () => {
      expect(await gate("e1")).toBe(
        "etcd can't spare e1: of its 3 members 1 others are healthy, and it needs 2 at any time; missing: e3",
      );
    },
    minutes,
  );

  test(
    "nor while another one has not joined yet: its first start is no restart",
    async () => {
      expect(await gate("e4", "e1 e2 e3 e4")).toBe("yes");
    },
    minutes,
  );

  test(
    "and waits a little for another one that just comes back",
    async () => {
      const answer = gate("e1");
      await start("e3");
      expect(await answer).toBe("yes");
    },
    minutes,
  );

  test(
    "without a quorum there is nothing to protect",
    async () => {
      await stop("e2", "e3");
      expect(await gate("e1")).toBe("nothing to protect");
      await stop("e1");
      expect(await gate("e1")).toBe("nothing to protect");
    },
    minutes,
  );
});

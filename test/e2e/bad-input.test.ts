import {
  badStack,
  falseCatalogue,
  lastWords,
  removeBadStacks,
  type RawCluster,
} from "../support/stacks/bad-stack";
import { leftOvers } from "../support/cluster/cluster-probes";
import { expectGoldenFile } from "../support/golden/golden-tree";
import { shellOn } from "../support/lab/host-probes";
import { expectSuccess, type Finished } from "../support/lab/lab";
import { LabCluster } from "../support/lab/lab-cluster";
import { minutes } from "../support/text/durations";

const stranger = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBqdY1qvUhBJFzZ1hiQdWbLQJ5Fk2jpgC0bXyBS8e0Xx";

const unchanged = (): void => undefined;
const cluster = new LabCluster("bad-input", badStack(unchanged), ["f1"]);
const other = new LabCluster(
  "other-cluster",
  badStack((raw) => (raw.name = "other")),
  ["f1"],
);

/** One run with a change of the stack config. */
function upWith(change: (raw: RawCluster) => void): Promise<Finished> {
  return new LabCluster(cluster.stack, badStack(change), ["f1"]).up();
}

/** Fails unless a run failed with exactly the text of a golden file, one error and no stack trace. */
function expectFailure(name: string, run: Finished): void {
  expect({ status: run.status, output: run.output }).not.toMatchObject({ status: 0 });
  expect(run.output).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expectGoldenFile(`errors/${name}.txt`, lastWords(run.output));
}

/** Fails when a run changed anything on the host. */
async function expectUntouched(): Promise<void> {
  expect(await leftOvers("f1")).toBe("");
}

beforeAll(async () => {
  await cluster.remove(); // what an earlier run that was cut off left
  await cluster.boot("f1=2G");
}, 5 * minutes);

afterAll(async () => {
  await cluster.remove();
  await other.remove();
  removeBadStacks();
}, 5 * minutes);

// each test goes on from the host that the one before it left
describe("bad input gives one error that says what to do, before anything is changed", () => {
  test("for every mistake of the stack config at once", async () => {
    const run = await upWith((raw) => {
      raw.kubernetesVersion = "1.36";
      raw.network = { podCidr: "10.96.0.0/12" };
      raw.hosts.f1 = { adress: "10.88.0.70", roles: ["etcd", "master"] };
      raw.hosts.f2 = { address: "10.88.0.70", roles: ["worker"], taints: ["gpu"] };
    });
    await expectUntouched();
    expectFailure("config", run);
  });

  test("for a host that does not answer, within 15 s, and others stay as they are", async () => {
    const run = await upWith((raw) => {
      raw.hosts.f2 = { address: "10.88.0.79", roles: ["worker"], hostKey: stranger };
    });
    await expectUntouched();
    expect(run.seconds).toBeLessThan(20); // the program's own start included
    expectFailure("unreachable-host", run);
  });

  test("for a host with another key than the expected", async () => {
    const run = await upWith((raw) => void (raw.hosts.f1!.hostKey = stranger));
    await expectUntouched();
    expectFailure("wrong-host-key", run);
  });

  test("for a host whose key nobody has confirmed", async () => {
    const run = await upWith((raw) => void (raw.ssh.knownHostsFile = "/dev/null"));
    await expectUntouched();
    expectFailure("unknown-host-key", run);
  });

  test("for a login that may not become root", async () => {
    await shellOn(
      "f1",
      "useradd -m plain && cp -r /root/.ssh /home/plain/ && chown -R plain: /home/plain",
    );
    const run = await upWith((raw) => void (raw.hosts.f1!.user = "plain"));
    await expectUntouched();
    expectFailure("no-sudo", run);
  });

  test("for a disk with too little room", async () => {
    await shellOn("f1", "mount -t tmpfs -o size=64m tmpfs /var/lib");
    const run = await upWith(unchanged);
    await shellOn("f1", "umount /var/lib");
    await expectUntouched();
    expectFailure("small-disk", run);
  });
});

describe("a run that fails half-way gives one error, and the next run goes on from there", () => {
  test(
    "when a disk is full",
    async () => {
      // runc alone goes there: layers that are made side by side would fail in any order
      await shellOn("f1", "mount -t tmpfs -o size=8m tmpfs /usr/local/sbin");
      const run = await upWith(unchanged);
      const left = await shellOn("f1", "ls /usr/local/sbin && umount /usr/local/sbin");
      expect(left).toBe("");
      expectFailure("full-disk", run);
    },
    3 * minutes,
  );

  test(
    "when a binary is not the one of the catalogue: nothing of it is installed",
    async () => {
      const run = await upWith(
        ({ artifacts }) =>
          void (artifacts.catalogueFile = falseCatalogue(artifacts.catalogueFile, "kubelet")),
      );
      // the layers before it were made, so the run after the full disk went on
      expect(await shellOn("f1", "systemctl is-active etcd kube-apiserver")).toBe("active\nactive");
      expect(await shellOn("f1", "find / -xdev -name 'kubelet*' -type f -size +1M")).toBe("");
      expectFailure("checksum", run);
    },
    3 * minutes,
  );

  test(
    "until the cluster stands, on one host of 2 GiB",
    async () => {
      const up = await cluster.up();
      expectSuccess(up);
      await cluster.writeKubeconfig();
      await cluster.smoke();
    },
    5 * minutes,
  );
});

describe("a host of one cluster", () => {
  test(
    "is refused to another, and left as it is",
    async () => {
      const state = "cat /etc/plinth/cluster.json; systemctl show -P InvocationID kubelet etcd";
      const before = await shellOn("f1", state);
      const run = await other.up();
      expect(await shellOn("f1", state)).toBe(before);
      expectFailure("other-cluster", run);
    },
    3 * minutes,
  );

  test(
    "is free after destroy, and becomes one of the other",
    async () => {
      const destroy = await cluster.destroy();
      expectSuccess(destroy);
      await expectUntouched();
      expectSuccess(await other.up());
      await other.writeKubeconfig();
      await other.smoke();
    },
    5 * minutes,
  );
});

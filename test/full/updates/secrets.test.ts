import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shellOn, writtenOn } from "../../support/lab/host-probes";
import { LabCluster } from "../../support/lab/lab-cluster";
import { ProcessWatch } from "../../support/lab/process-watch";
import {
  leaksInFiles,
  leaksInText,
  leaksOnHost,
  readers,
  withoutPulumisOwn,
} from "../../support/cluster/secret-search";
import { stackSecrets } from "../../support/text/stack-secrets";
import { secretPieces, type SecretPieces } from "../../support/text/secret-pieces";
import { minutes } from "../../support/text/durations";

const hosts = ["s1", "s2"];
const stack = "test/support/stacks/secrets.yaml";
const folder = mkdtempSync(join(tmpdir(), "plinth-secrets-"));
const loud = ["--diff", "--debug", "--logtostderr", "-v=9", "--color=never"];
const go = ["--yes", "--skip-preview", "--parallel", "64"];
const schedulerKey = "/etc/kubernetes/pki/scheduler.key";

/** The stack config with a control plane that can't start, in a file of its own. */
function failingStack(): string {
  const file = join(folder, "Pulumi.secrets.yaml");
  const broken = "    controlPlane: { scheduler: { extraArgs: { no-such-flag: broken } } }\n";
  writeFileSync(file, readFileSync(stack, "utf8") + broken);
  return file;
}

// the first test makes what the others look into
describe("every secret of a cluster stays one", () => {
  const cluster = new LabCluster("secrets", stack, hosts);
  const failing = new LabCluster("secrets", failingStack(), hosts);
  const outputs = join(folder, "outputs");
  const foreignKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const planted = foreignKey.export({ type: "pkcs8", format: "pem" }).toString();
  let seenProcesses: readonly string[] = [];
  let exported = "";
  let pieces: SecretPieces = new Map();

  /** Runs pulumi as talkative as it can be, and keeps what is not its own innermost log. */
  async function run(of: LabCluster, name: string, ...args: readonly string[]) {
    const result = await of.pulumi(...args, ...loud);
    // apart, for the one may come in the midst of a line of the other
    const output = withoutPulumisOwn(`${result.stdout}\n${result.stderr}`);
    writeFileSync(join(outputs, `${name}.log`), output);
    return { status: result.status, output };
  }

  beforeAll(async () => {
    mkdirSync(outputs);
    await cluster.remove();
    await cluster.boot();
  }, 5 * minutes);
  afterAll(async () => {
    await cluster.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 2 * minutes);

  test(
    "while it is made, fails, is made again, and has a key changed that is shown and repaired",
    async () => {
      const watch = new ProcessWatch();
      try {
        expect((await run(cluster, "preview", "preview")).status).toBe(0);
        const failed = await run(failing, "failing-up", "up", ...go);
        expect(failed.status).not.toBe(0);
        expect(failed.output).toContain("kube-scheduler.service");
        expect((await run(cluster, "up", "up", "--yes", "--parallel", "64")).status).toBe(0);

        await writtenOn("s1", schedulerKey, planted);
        const preview = await run(cluster, "preview-of-a-changed-key", "preview");
        expect(preview.output).toMatch(/scheduler\.key"?[^\n]*\n[^\n]*content[^\n]*\[secret\]/);
        expect((await run(cluster, "refresh", "refresh", ...go)).status).toBe(0);
        expect((await run(cluster, "repairing-up", "up", ...go)).status).toBe(0);
      } finally {
        seenProcesses = watch.stop();
      }
      exported = (await cluster.pulumi("stack", "export", "--show-secrets")).stdout;
      const state = stackSecrets(exported);
      const secrets = new Map([...state.secrets, ["key put there by hand", planted]]);
      pieces = secretPieces({ ...state, secrets });
      expect(state.secrets.size).toBeGreaterThan(40);
    },
    20 * minutes,
  );

  test("is found by this search where it is in plain text", async () => {
    const found = new Set((await leaksInText(pieces, exported)).map(({ secret }) => secret));
    expect(found.size).toBeGreaterThan(20);
  });

  test("in the state, its backups and its history", async () => {
    expect(await leaksInFiles(pieces, "/var/lib/plinth-lab/pulumi")).toEqual([]);
  });

  test("in all that the runs print, down to the provider's and the program's debug messages", async () => {
    expect(await leaksInFiles(pieces, outputs)).toEqual([]);
  });

  test("in arguments and environments of all processes, the operator's and the hosts'", async () => {
    expect(seenProcesses).toContainEqual(expect.stringMatching(/^node\0[^\0]*\/provider\.js\0/));
    expect(seenProcesses).toContainEqual(expect.stringMatching(/^\/usr\/local\/bin\/kubelet\0/));
    expect(await leaksInText(pieces, seenProcesses.join("\n"))).toEqual([]);
  });

  test.each(hosts)("in the journal of %s", async (host) => {
    const journal = await shellOn(host, "journalctl --no-pager --all --output verbose");
    expect(journal).toContain("kubelet.service");
    expect(await leaksInText(pieces, journal)).toEqual([]);
  });

  test(
    "on the hosts, where it lies in files that only those can read who need it",
    async () => {
      const found = await Promise.all(hosts.map((host) => leaksOnHost(pieces, host)));
      const held = await Promise.all(
        hosts.map(async (host, index) => {
          const files = [...new Set(found[index]?.map(({ place }) => place))].sort();
          return [host, await readers(host, files)] as const;
        }),
      );
      const pki = "/etc/kubernetes/pki";
      const node = {
        "/var/lib/kube-proxy/kube-proxy.key": [],
        "/var/lib/kubelet/pki/kubelet.key": [],
      };
      expect(Object.fromEntries(held)).toEqual({
        s1: {
          "/etc/kubernetes/apiserver/encryption.yaml": ["kube-apiserver"],
          [`${pki}/admin.key`]: [],
          [`${pki}/apiserver-etcd-client.key`]: ["kube-apiserver"],
          [`${pki}/apiserver-kubelet-client.key`]: ["kube-apiserver"],
          [`${pki}/apiserver.key`]: ["kube-apiserver"],
          [`${pki}/ca.key`]: ["kube-controller-manager"],
          [`${pki}/controller-manager.key`]: ["kube-controller-manager"],
          [`${pki}/etcd/peer.key`]: ["etcd"],
          [`${pki}/etcd/server.key`]: ["etcd"],
          [`${pki}/front-proxy-client.key`]: ["kube-apiserver"],
          [`${pki}/sa.key`]: ["kube-apiserver", "kube-controller-manager"],
          [schedulerKey]: ["kube-scheduler"],
          ...node,
        },
        s2: node,
      });
    },
    5 * minutes,
  );

  test(
    "on no host at all, where none needs it: the other authorities' keys",
    async () => {
      const found = (await Promise.all(hosts.map((host) => leaksOnHost(pieces, host)))).flat();
      const stays = /-(etcd-ca|front-proxy-ca)-key /;
      expect([...pieces.values()].filter((secret) => stays.test(secret))).not.toEqual([]);
      expect(found.filter(({ secret }) => stays.test(secret))).toEqual([]);
    },
    5 * minutes,
  );
});

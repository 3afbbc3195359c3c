import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AcmeServer } from "../support/acme-server";
import { ClusterUser } from "../support/cluster-user";
import { eventually, expectSuccess, lab } from "../support/lab";
import { LabCluster } from "../support/lab-cluster";
import { shownSerial } from "../support/shown-certificate";
import { StackCopies } from "../support/stack-copies";
import { Visitor } from "../support/web-traffic";

const minutes = 60_000;
const worker = "10.88.0.116";
const host = "secure.example.org";

/** Short enough to see two of them in a test. */
const validitySeconds = 150;

// each test goes on from the cluster that the one before it left
describe("a cluster with issuers of certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-certificates-"));
  const copies = new StackCopies();
  const acme = new AcmeServer(folder, validitySeconds);
  const configFile = copies.stack("test/support/stacks/certificates.yaml", (raw) => {
    (raw.addons as RawAddons).certManager.issuers.pebble.acme.caFile = acme.caFile;
  });
  const cluster = new LabCluster("certificates", configFile, ["k1", "k2"]);
  const user = new ClusterUser(cluster);
  const secured = { address: worker, authorityFile: acme.rootFile };

  beforeAll(async () => {
    await cluster.remove(); // what an earlier run that was cut off left
    await lab("serve", "--stack", configFile);
    await acme.start({ [host]: worker });
    await cluster.boot();
    expectSuccess(await cluster.up());
    await cluster.writeKubeconfig();
  }, 30 * minutes);
  afterAll(async () => {
    await cluster.remove();
    await acme.end();
    copies.remove();
    user.end();
    rmSync(folder, { recursive: true, force: true });
  }, 2 * minutes);

  test(
    "serves the sample application over HTTPS with a certificate of the ACME server",
    async () => {
      const page = await new Visitor(host, [worker], acme.rootFile).pageWithin(90);
      expect(page).toContain("It works");
      // nothing but its name makes it good
      await expect(shownSerial("other.example.org", secured)).rejects.toThrow();
    },
    3 * minutes,
  );

  test(
    "is left alone by a second run",
    async () => {
      expectSuccess(await cluster.pulumi("preview", "--expect-no-changes"));
    },
    2 * minutes,
  );

  test(
    "renews the certificate before its end, and no request fails meanwhile",
    async () => {
      const before = await shownSerial(host, secured);
      const visits = new Visitor(host, [worker], acme.rootFile).visits();
      await eventually("another certificate is shown", validitySeconds + 30, async () => {
        return (await shownSerial(host, secured)) === before ? undefined : true;
      });
      const { requests, failures } = await visits.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(100);
    },
    5 * minutes,
  );
});

interface RawAddons {
  certManager: { issuers: { pebble: { acme: Record<string, string> } } };
}

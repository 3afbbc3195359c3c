import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AcmeServer } from "../../support/servers/acme-server";
import { addonCluster, expectNoChanges, onlyDeletions } from "../../support/cluster/addon-cluster";
import { Browser } from "../../support/traffic/browser";
import { certManagerVersions, type Container } from "../../support/cluster/cert-manager-versions";
import { eventually, expectSuccess, lab } from "../../support/lab/lab";
import { shownSerial } from "../../support/traffic/shown-certificate";
import { type RawCluster, StackCopies } from "../../support/stacks/stack-copies";
import { Visitor } from "../../support/traffic/web-traffic";
import { minutes } from "../../support/text/durations";

const worker = "10.88.0.116";
const host = "secure.example.org";

/** Short enough to see two of them in a test. */
const validitySeconds = 150;

// each test goes on from the cluster that the one before it left
describe("a cluster with issuers of certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-certificates-"));
  const copies = new StackCopies();
  const acme = new AcmeServer(folder, validitySeconds);
  const { caFile, rootFile } = acme;
  const configFile = copies.stack("test/support/stacks/certificates.yaml", (raw) => {
    Object.assign(addonsOf(raw).certManager.issuers.pebble.acme, { caFile });
  });

  beforeAll(async () => {
    await lab("serve", "--stack", configFile);
    await acme.start({ [host]: worker });
  }, 30 * minutes);
  const { cluster, user, changed } = addonCluster("certificates", configFile, ["k1", "k2"]);
  afterAll(async () => {
    await acme.end();
    copies.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const secured = { address: worker, authorityFile: rootFile };

  test(
    "serves the sample application over HTTPS with a certificate of the ACME server, for its name alone",
    async () => {
      const page = await new Visitor(host, [worker], rootFile).pageWithin(90);
      expect(page).toContain("It works");
      await expect(shownSerial("other.example.org", secured)).rejects.toThrow();
      await expect(shownSerial(host, { address: worker, authorityFile: caFile })).rejects.toThrow(
        "unable to get local issuer certificate",
      );
    },
    3 * minutes,
  );

  test("is left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "renews the certificate before its end, and no request fails meanwhile",
    async () => {
      const before = await shownSerial(host, secured);
      const visitor = new Visitor(host, [worker], rootFile);
      const { requests, failures } = await visitor.during(() =>
        eventually("another certificate is shown", validitySeconds, async () =>
          (await shownSerial(host, secured)) === before ? undefined : true,
        ),
      );
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(100);
    },
    5 * minutes,
  );

  test(
    "shows the page in a browser that knows the ACME server's root",
    async () => {
      const browser = await Browser.started({ hosts: { [host]: worker }, authorityFile: rootFile });
      try {
        const sight = await browser.look(`https://${host}/`, ["It works"], "sample-app");
        expect(sight.certificate?.issuer).toContain("Pebble");
      } finally {
        await browser.close();
      }
    },
    5 * minutes,
  );

  test(
    "issues certificates of its own authority, which the stack gives out",
    async () => {
      await user.apply(certificate, shop);
      const secret = "jsonpath={.data.tls\\.crt} {.data.ca\\.crt}";
      const [issued, given] = await eventually("both are issued", 60, async () => {
        await cluster.kubectl("get", "secret", "shop-tls");
        const data = await cluster.kubectl("get", "secret", "inside-tls", "-o", secret);
        return data.split(" ").map((pem) => Buffer.from(pem, "base64").toString());
      });
      const { stdout } = await cluster.pulumi("stack", "output", "workloadsCa");
      const authority = new X509Certificate(stdout);
      expect(new X509Certificate(issued ?? "").verify(authority.publicKey)).toBe(true);
      expect(new X509Certificate(given ?? "").fingerprint256).toBe(authority.fingerprint256);
      expect(await cluster.kubectl("config", "view", "--raw", "-o", clusterAuthority)).not.toBe(
        Buffer.from(stdout).toString("base64"),
      );
    },
    2 * minutes,
  );

  test(
    "tells of an address where something else than an ACME server answers, and touches nothing",
    async () => {
      const server = `${acme.directory}/else`;
      const wrong = await withIssuer(server).pulumi("preview");
      expect(wrong.status).not.toBe(0);
      expect(wrong.output).toContain(
        `plinth:cluster.addons.certManager.issuers.wrong.acme.server: got "${server}", expected the ` +
          "address of an ACME directory, but what is there answers with status 404",
      );
    },
    2 * minutes,
  );

  test(
    "fails with the issuer and the reason where it can't get ready, and goes on when it is gone",
    async () => {
      const up = await withIssuer("https://10.88.0.1:14999/dir").up();
      expect(up.status).not.toBe(0);
      expect(up.output).toContain(
        "can't be used from here, and perhaps not from the cluster either",
      );
      expect(up.output).toMatch(
        /plinth:cluster\.addons\.certManager\.issuers\.wrong: .* ErrRegisterACMEAccount: .*connection refused/,
      );
      expectSuccess(await cluster.up());
    },
    5 * minutes,
  );

  test(
    "is not switched off while others have certificates, and is told which",
    async () => {
      const up = await changed(withoutCertificates).up();
      expect(up.status).not.toBe(0);
      expect(up.output).toContain("definitions that are about to be deleted have objects");
      const listed = up.output.matchAll(/^\s*(\w+\.(?:acme\.)?cert-manager\.io \S+)[ \t]*$/gm);
      expect(new Set([...listed].map(([, object]) => object))).toEqual(
        new Set([
          "Certificate.cert-manager.io default/inside",
          "Certificate.cert-manager.io default/shop-tls",
        ]),
      );
      expect(up.output).not.toMatch(/\d+ deleted/);
    },
    2 * minutes,
  );

  test(
    "loses all of it together with the application, even while a name can't be proved, but for Secrets of others",
    async () => {
      await cluster.kubectl("delete", "certificate/inside", "ingress/shop");
      const unknown = changed((raw) => {
        addonsOf(raw).sampleApp.host = "nowhere.example.org";
      });
      expectSuccess(await unknown.up());
      await eventually("a challenge waits", 60, async () => {
        const challenges = await cluster.kubectl("get", "challenges", "-A", "-o", "name");
        return challenges === "" ? undefined : true;
      });
      expect(onlyDeletions(await changed(withoutCertificates).up())).toBeGreaterThan(40);
      const kinds =
        "customresourcedefinitions,namespaces,clusterroles,clusterrolebindings,mutatingwebhookconfigurations," +
        "validatingwebhookconfigurations,roles,rolebindings,leases";
      expect(await cluster.kubectl("get", kinds, "-A", "-o", "name")).not.toMatch(
        /cert-manager|sample-app/,
      );
      expect(await cluster.kubectl("get", "secrets", "-o", "name")).toContain("inside-tls");
    },
    5 * minutes,
  );

  test(
    "would run the version that users get: the API server knows all of its objects, and lets its pods in",
    async () => {
      const { newest } = await certManagerVersions();
      await user.apply(...newest.first);
      await cluster.kubectl("wait", "--for=condition=Established", "crd", "--all");
      const said = await user.dryRun(...newest.others, ...newest.pods, ...newest.ours);
      expect(said.match(/serverside-applied \(server dry run\)/g)?.length).toBe(
        newest.others.length + newest.pods.length + newest.ours.length,
      );
    },
    3 * minutes,
  );

  test("says the same of the pods of both versions", async () => {
    const [lab, newest] = Object.values(await certManagerVersions()).map(({ deployments }) =>
      deployments.flatMap(({ spec }) => spec.template.spec.containers).map(ownPart),
    );
    expect(lab).toEqual(newest);
    expect(lab).toHaveLength(3);
    expect(lab?.filter(({ args }) => args.includes(leases))).toHaveLength(2);
  });

  /** The cluster with one issuer more. */
  function withIssuer(server: string) {
    return changed((raw) => {
      const { issuers } = addonsOf(raw).certManager;
      issuers.wrong = { acme: { server, email: "ops@example.org", caFile } };
    });
  }
});

interface RawIssuer {
  acme: Record<string, string>;
}

interface RawAddons {
  certManager: { issuers: { pebble: RawIssuer; wrong?: RawIssuer } };
  sampleApp: { host?: string };
}

function addonsOf(raw: RawCluster): RawAddons {
  return raw.addons as RawAddons; // as the stack config has it
}

function withoutCertificates(raw: RawCluster): void {
  Object.assign(addonsOf(raw), { certManager: {}, sampleApp: {} });
}

const leases = "--leader-election-namespace=cert-manager";

/** What Plinth says of a container. */
function ownPart({ image, args, resources, securityContext }: Container) {
  const own = args.filter((each) => /leader-election|http01-solver/.test(each));
  return { image, args: own, resources, securityContext };
}

const clusterAuthority = "jsonpath={.clusters[0].cluster.certificate-authority-data}";

const certificate = {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "inside", namespace: "default" },
  spec: {
    secretName: "inside-tls",
    dnsNames: ["inside.example.org"],
    issuerRef: { kind: "ClusterIssuer", name: "cluster-ca" },
  },
};

/** Somebody's Ingress, for which cert-manager makes a Certificate. */
const shop = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: {
    name: "shop",
    namespace: "default",
    annotations: { "cert-manager.io/cluster-issuer": "cluster-ca" },
  },
  spec: {
    tls: [{ hosts: ["shop.example.org"], secretName: "shop-tls" }],
    defaultBackend: { service: { name: "shop", port: { number: 80 } } },
  },
};

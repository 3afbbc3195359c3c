// first: what it puts in place of modules must be there before the list of add-ons is read
import { clusterProgram } from "../support/program/program-fixture";
import { clusterIdentities, hostIdentities } from "../../components/pki/identities";
import { toYaml } from "../../components/text/yaml";
import { clusterFixture } from "../support/fakes/cluster-fixture";
import { expectGoldenFile } from "../support/golden/golden-tree";
import type { RecordedProgram } from "../support/program/recorded-program";

type Certificates = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const programs: Record<string, RecordedProgram> = {};

beforeAll(async () => {
  programs.ha = await clusterProgram("ha");
  programs["own-etcd"] = await clusterProgram("own-etcd");
});

/** Subject, names, uses and signer of every leaf that a program asks for, by identity. */
function certificatesOf(cluster: string): Certificates {
  const resources = programs[cluster]?.resources ?? [];
  const leaves = resources.filter(({ type }) => type.endsWith(":LocallySignedCert"));
  return Object.fromEntries(
    leaves.map(({ name, inputs }) => {
      const identity = name.slice(`${cluster}-`.length, -"-cert".length);
      const request = resources.find((each) => each.name === `${cluster}-${identity}-request`);
      if (request === undefined) throw new Error(`${name} has no request of its own`);
      const { subject, dnsNames, ipAddresses } = request.inputs;
      return [
        identity,
        {
          subject,
          dnsNames,
          ipAddresses,
          uses: inputs.allowedUses,
          signer: String(inputs.caCertPem).trim().replace(`certPem of ${cluster}-`, ""),
          hours: inputs.validityPeriodHours,
          renewalHours: inputs.earlyRenewalHours,
        },
      ];
    }),
  );
}

test.each(["ha", "own-etcd"])("%s: every certificate is what its golden file says", (cluster) => {
  expectGoldenFile(
    `${cluster}/certificates.yaml`,
    toYaml(JSON.parse(JSON.stringify(certificatesOf(cluster))) as object),
  );
});

test.each(["ha", "own-etcd"])(
  "%s: each identity of the table has one certificate, as it says",
  (cluster) => {
    const { config } = clusterFixture(cluster);
    const identities = [
      ...clusterIdentities(config),
      ...config.hosts.flatMap((host) => hostIdentities(config, host, [])),
    ];
    const certificates = certificatesOf(cluster);
    // those of add-ons are made with them
    const names = Object.keys(certificates).filter((name) => !name.startsWith("monitoring-"));
    expect(names.sort()).toEqual(identities.map(({ name }) => name).sort());
    for (const identity of identities) {
      expect(certificates[identity.name]).toMatchObject({
        subject: {
          commonName: identity.commonName,
          ...(identity.organization === undefined ? {} : { organization: identity.organization }),
        },
        signer: `${identity.signer}-ca-cert`,
        // no use beyond these: a server's certificate that also speaks as a client opens doors
        uses: [
          "digital_signature",
          "key_encipherment",
          ...(identity.server ? ["server_auth"] : []),
          ...(identity.client ? ["client_auth"] : []),
        ],
      });
    }
  },
);

test.each(["ha", "own-etcd"])(
  "%s: only the administrator is a member of system:masters",
  (cluster) => {
    const masters = Object.entries(certificatesOf(cluster))
      .filter(
        ([, { subject }]) =>
          (subject as { organization?: string }).organization === "system:masters",
      )
      .map(([identity]) => identity);
    expect(masters).toEqual(["admin"]);
  },
);

test("a certificate authority is valid for ten years, or as long as the config says", async () => {
  const years = await clusterProgram("ha", (input) => ({
    ...input,
    pki: { caValidityHours: 50_000 },
  }));
  const authorities = ({ resources }: RecordedProgram) =>
    Object.fromEntries(
      resources
        .filter(({ type }) => type.endsWith(":SelfSignedCert"))
        .map(({ name, inputs }) => [name, [inputs.isCaCertificate, inputs.validityPeriodHours]]),
    );
  expect(authorities(programs["own-etcd"]!)).toEqual({
    "own-etcd-cluster-ca-cert": [true, 87_600],
    "own-etcd-etcd-ca-cert": [true, 87_600],
    "own-etcd-front-proxy-ca-cert": [true, 87_600],
    "own-etcd-workloads-ca-cert": [true, 87_600],
  });
  expect(Object.values(authorities(years))).toEqual(Array(3).fill([true, 50_000]));
});

test.each(["ha", "own-etcd"])("%s: no key serves two identities", (cluster) => {
  const requests = (programs[cluster]?.resources ?? []).filter(({ type }) =>
    type.endsWith(":CertRequest"),
  );
  const keys = requests.map(({ inputs }) => inputs.privateKeyPem);
  expect(new Set(keys).size).toBe(requests.length);
});

import { createHash } from "node:crypto";
import { encryptionConfigurationFile } from "../../../components/control-plane/kube-apiserver";
import type { HostFacts } from "../../../provider/survey-api";
import { authority } from "../../support/fakes/authorities";
import { etcdSays } from "../../support/fakes/etcd-looks";
import { clusterProgram } from "../../support/program/program-fixture";
import type { RecordedProgram } from "../../support/program/recorded-program";

const members = etcdSays("cp1=10.0.0.11 cp2=10.0.0.12 cp3=10.0.0.13");

/** The program of the cluster `ha`, whose hosts have been made, with what one of them says of its keys. */
function withKeys(
  name: string,
  { texts = {}, encryption = "" }: { texts?: HostFacts["texts"]; encryption?: string },
): Promise<RecordedProgram> {
  return clusterProgram(
    "ha",
    (input) => input,
    (host) => {
      const made = { owner: { cluster: "ha" }, layers: ["etcd"] };
      if (host !== name) return { ...made, ...members };
      const probes = { ...members.probes, "encryption-keys": { status: 0, output: encryption } };
      return { ...made, texts, probes };
    },
  );
}

/** A line of a host whose key is this one. */
function encryptionLine(key: string): string {
  const secret = Buffer.from(key.padEnd(32)).toString("base64");
  return `secretbox key1 ${createHash("sha256").update(secret).digest("hex")}\n`;
}

test("a host that has the keys of the state is written", async () => {
  const { resources } = await withKeys("cp1", {
    encryption: encryptionLine("result of ha-encryption-key"),
  });
  expect(resources.map(({ name }) => name)).toContain("ha-cp1-control-plane");
});

test.each([
  [
    "another encryption key",
    { encryption: encryptionLine("of another state") },
    `cp2: ${encryptionConfigurationFile}: secretbox key key1, sha256 `,
  ],
  [
    "another authority of the cluster",
    { texts: { "/etc/kubernetes/pki/ca.crt": authority } },
    "cp2: /etc/kubernetes/pki/ca.crt: certificate of kubernetes-ca, sha256 12fb69796b4b019e",
  ],
  [
    "another authority of etcd",
    { texts: { "/etc/kubernetes/pki/etcd/ca.crt": authority } },
    "cp2: /etc/kubernetes/pki/etcd/ca.crt: certificate of kubernetes-ca",
  ],
  [
    "another key of service accounts",
    { texts: { "/etc/kubernetes/pki/sa.pub": authority } },
    "cp2: /etc/kubernetes/pki/sa.pub: service-account key, sha256 ",
  ],
])("a host with %s ends the run", async (_, keys, line) => {
  await expect(withKeys("cp2", keys)).rejects.toThrow(line);
});

test("the refusal has no key in it", async () => {
  const secret = Buffer.from("of another state".padEnd(32)).toString("base64");
  const run = withKeys("cp2", { encryption: encryptionLine("of another state") });
  await expect(run).rejects.toMatchObject({ message: expect.not.stringContaining(secret) });
});

test("files of keys on a host that writes none of them are not looked into", async () => {
  const { resources } = await withKeys("w1", {
    texts: { "/etc/kubernetes/pki/etcd/ca.crt": authority },
  });
  expect(resources).not.toEqual([]);
});

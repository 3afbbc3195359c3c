import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { encryptionConfiguration } from "../../../../../components/control-plane/encryption-configuration";
import { foundKeys, keyQuestions } from "../../../../../components/survey/keys/found-keys";
import {
  authorityKeys,
  encryptionKeys,
  hashedEncryptionKeys,
  serviceAccountKeys,
} from "../../../../../components/survey/keys/key-fingerprints";
import { ScriptHost } from "../../../../support/fakes/host-script";
import { authority, otherAuthority, renewed } from "../../../../support/fakes/authorities";

const identities = (keys: readonly { readonly identity: string }[]) =>
  keys.map(({ identity }) => identity);

describe("certificate authorities", () => {
  test("are shown by name and the beginning of the fingerprint that openssl prints", () => {
    expect(authorityKeys(authority)).toEqual([
      {
        identity: expect.stringMatching(/^[0-9a-f]{64}$/),
        title: "certificate of kubernetes-ca, sha256 12fb69796b4b019e",
      },
    ]);
  });

  test("are the same when they were renewed with their key, and others with another key", () => {
    const [own] = identities(authorityKeys(authority));
    expect(identities(authorityKeys(renewed))).toEqual([own]);
    const key = createPublicKey(authority).export({ type: "spki", format: "pem" }).toString();
    expect(identities(authorityKeys(key))).toEqual([own]);
    expect(identities(authorityKeys(otherAuthority))).not.toContain(own);
  });

  test("are all of a bundle, and none of what is damaged", () => {
    expect(authorityKeys(`# old\n${authority}\n${otherAuthority}`)).toHaveLength(2);
    expect(authorityKeys("")).toEqual([]);
    expect(authorityKeys(authority.slice(0, 200))).toEqual([]);
    expect(authorityKeys(authority.replace(/[A-Za-z]{20}/, "x"))).toEqual([]);
  });
});

test("service-account keys are told from each other, however many a file holds", () => {
  const pem = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
  const [one, other] = [pem(), pem()].map(({ publicKey }) =>
    publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  expect(new Set(identities(serviceAccountKeys(`${one}${other}`))).size).toBe(2);
  expect(serviceAccountKeys(one!)).toEqual(serviceAccountKeys(`\n${one}`));
});

describe("the encryption configuration on a host", () => {
  const host = new ScriptHost({});
  afterAll(() => host.remove());
  const file = "/etc/kubernetes/apiserver/encryption.yaml";
  const [, , script = ""] = keyQuestions.probes["encryption-keys"]?.command ?? [];
  const hashed = (text: string) => {
    host.write(file, text);
    return host.run(`set -- ${file}\n${script}`);
  };

  const key = "a key of thirty-two characters..";
  const secret = Buffer.from(key).toString("base64");
  const yaml = encryptionConfiguration(key);

  test("has the keys that the program would write, and says of them only their hash", () => {
    const { status, output } = hashed(yaml);
    expect(status).toBe(0);
    expect(output).toMatch(/^secretbox key1 [0-9a-f]{64}\n$/);
    expect(hashedEncryptionKeys(output)).toEqual(encryptionKeys(yaml));
  });

  const config = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [
          { kms: { apiVersion: "v2", name: "outside", endpoint: "unix:///run/kms.sock" } },
          {
            aescbc: {
              keys: [
                { name: "new", secret: "bmV3" },
                { secret, name: "old" },
              ],
            },
          },
          { identity: {} },
        ],
      },
      {
        resources: ["configmaps"],
        providers: [{ secretbox: { keys: [{ name: "new", secret }] } }],
      },
    ],
  };

  test.each([
    ["JSON", JSON.stringify(config)],
    ["JSON of several lines", JSON.stringify(config, undefined, 2)],
  ])("is understood as %s, too", (_, text) => {
    const { output } = hashed(text);
    expect(output).not.toContain(secret);
    expect(hashedEncryptionKeys(output)).toEqual(encryptionKeys(text));
    expect(output.split("\n").map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "aescbc new",
      "aescbc old",
      "secretbox new",
      "",
    ]);
  });

  test("with quotes and comments is still what it is", () => {
    const quoted = yaml
      .replace("name: key1", "# name: other\n            - name: 'key1'")
      .replace(`secret: ${secret}`, `secret: "${secret}" # of last year`)
      .replace("- # name", "# name");
    expect(hashedEncryptionKeys(hashed(quoted).output)).toEqual(encryptionKeys(yaml));
  });

  test("that is damaged, or is not there, has no keys", () => {
    expect(hashed("").output).toBe("");
    expect(host.run(`set -- ${file}.other\n${script}`)).toMatchObject({ status: 0, output: "" });
  });
});

test("a host without any of the files has no keys", () => {
  expect(foundKeys({ texts: {}, probes: {} }).size).toBe(0);
});

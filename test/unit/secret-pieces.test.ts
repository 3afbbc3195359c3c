import { generateKeyPairSync } from "node:crypto";
import { utils } from "ssh2";
import { stackSecrets, type StackSecrets } from "../support/text/stack-secrets";
import { secretPieces } from "../support/text/secret-pieces";

interface Pair {
  readonly pkcs8: string;
  readonly sec1: string;
  readonly public: string;
}

function keyPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    pkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    sec1: privateKey.export({ type: "sec1", format: "pem" }).toString(),
    public: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

const openssh = (): string => utils.generateKeyPairSync("ecdsa", { bits: 256 }).private;

const [one, other] = [keyPair(), keyPair()];
const password = "Zq4vTn8LwY2kRb6XsD1cGh7MfJ3pQe9U";
const state: StackSecrets = {
  secrets: new Map([
    ["one", one.pkcs8],
    ["one in its older form", one.sec1],
    ["other", other.pkcs8],
    ["OpenSSH's own form", openssh()],
    ["password", password],
    ["file", `key: ${Buffer.from(password).toString("base64")}\n`],
  ]),
  open: [one.public, other.public],
};

/** Names of the secrets that a text gives away. */
function given(text: string): string[] {
  const found = [...secretPieces(state)].filter(([piece]) => text.includes(piece));
  return [...new Set(found.map(([, name]) => name))];
}

describe("a secret is told by any part of it", () => {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const lines = (pem: string): string[] => pem.split("\n").slice(1, 3);

  test.each([
    ["each line of a key with secret bits", lines(one.pkcs8)],
    ["each line of its older form", lines(one.sec1)],
    ["a key in a kubeconfig", ["", " ", "  "].map((before) => base64(before + one.pkcs8))],
    ["a key in JSON", [JSON.stringify({ key: one.pkcs8 })]],
    ["a key whose end is cut off", [one.pkcs8.slice(0, 150)]],
  ])("%s", (_, texts) => {
    for (const text of texts) expect(given(text).join()).toContain("one");
    for (const text of texts) expect(given(text)).not.toContain("other");
  });

  test.each([
    ["as it stands", `password=${password};`],
    ["in base64", base64(password)],
    ["in base64 after something else", base64(`admin:${password}`)],
  ])("a password %s", (_, text) => expect(given(text)).toEqual(["password"]));

  test("what is no secret gives none away: the public half, the begin that keys have in common", () => {
    expect(given(one.public)).toEqual([]);
    expect(given(keyPair().pkcs8)).toEqual([]);
    expect(given(openssh())).toEqual([]);
  });
});

test("a secret of a kind that nothing is known to tell it by is an error", () => {
  const secrets = new Map([...state.secrets, ["new", "two words"]]);
  expect(() => secretPieces({ ...state, secrets })).toThrow(/the secret "new"/);
});

test("secrets of an exported state are found wherever they are nested", () => {
  const wrapped = (value: unknown): object => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });
  const resource = {
    urn: "urn:pulumi:s::p::t::layer",
    inputs: { files: { "/a": { content: wrapped("hidden"), mode: "0600" } } },
    outputs: { list: [wrapped({ deep: "deeper" })] },
  };
  const found = stackSecrets(JSON.stringify({ deployment: { resources: [resource] } }));
  expect([...found.secrets]).toEqual([
    ["layer inputs files /a content", "hidden"],
    ["layer outputs list 0 deep", "deeper"],
  ]);
  expect(found.open).toContain("0600");
});

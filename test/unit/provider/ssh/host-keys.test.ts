import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import {
  fingerprint,
  knownHostKeys,
  parsedHostKey,
  signatureAlgorithms,
} from "../../../../provider/ssh/host-keys";

const blob = Buffer.from(
  "AAAAC3NzaC1lZDI1NTE5AAAAIJgZ3yVJUgBqG4jYQbCsGkEXZDDeAwq2q6l0XhM9cd7d",
  "base64",
);
const key = `ssh-ed25519 ${blob.toString("base64")}`;

function hashedName(name: string): string {
  const salt = Buffer.from("twenty bytes of salt");
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}

describe("known hosts", () => {
  test.each<[string, string, string, number, number]>([
    ["a name", `cp1 ${key}`, "cp1", 22, 1],
    ["one of several names", `cp1,10.0.0.1 ${key} comment`, "10.0.0.1", 22, 1],
    ["another name", `cp2 ${key}`, "cp1", 22, 0],
    ["a port of its own", `[cp1]:2222 ${key}`, "cp1", 2222, 1],
    ["the name without the port", `cp1 ${key}`, "cp1", 2222, 0],
    ["a hashed name", `${hashedName("cp1")} ${key}`, "cp1", 22, 1],
    ["a hashed name with a port", `${hashedName("[cp1]:2222")} ${key}`, "cp1", 2222, 1],
    ["another hashed name", `${hashedName("cp2")} ${key}`, "cp1", 22, 0],
    ["a wildcard", `*.example.org ${key}`, "cp1.example.org", 22, 1],
    ["a negated wildcard", `*.example.org,!cp1.example.org ${key}`, "cp1.example.org", 22, 0],
    ["a comment", `# cp1 ${key}`, "cp1", 22, 0],
    ["a certificate authority", `@cert-authority cp1 ${key}`, "cp1", 22, 0],
  ])("%s", (_, line, address, port, found) => {
    expect(knownHostKeys(`\n${line}\n`, address, port).trusted).toHaveLength(found);
  });

  test("a revoked key is no trusted one", () => {
    const { trusted, revoked } = knownHostKeys(`@revoked cp1 ${key}\n`, "cp1", 22);
    expect([trusted.length, revoked.length]).toEqual([0, 1]);
  });

  test("fingerprints look as OpenSSH's", () => {
    const shown = execFileSync("ssh-keygen", ["-lf", "-"], { input: `${key}\n`, encoding: "utf8" });
    expect(shown).toContain(fingerprint(blob));
  });

  test("only signatures of known key types are asked for", () => {
    const keys = [parsedHostKey(key), parsedHostKey("ssh-rsa AAAA")].flatMap((one) => one ?? []);
    expect(signatureAlgorithms(keys)).toEqual([
      "ssh-ed25519",
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-rsa",
    ]);
  });
});

import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import {
  fingerprint,
  keyType,
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
    ["a hashed name that was cut", `|1|c2FsdA== ${key}`, "cp1", 22, 0],
    ["a name in capitals", `CP1.Example.org ${key}`, "cp1.example.org", 22, 1],
    ["a name of which this is the end", `example.org ${key}`, "cp1.example.org", 22, 0],
    ["a name of which this is the beginning", `cp1 ${key}`, "cp1.example.org", 22, 0],
    ["a wildcard", `*.example.org ${key}`, "cp1.example.org", 22, 1],
    ["a wildcard for one letter", `cp?.example.org ${key}`, "cp1.example.org", 22, 1],
    ["a wildcard for one letter in the place of two", `cp? ${key}`, "cp12", 22, 0],
    ["a wildcard with a port", `[*.example.org]:2222 ${key}`, "cp1.example.org", 2222, 1],
    ["a dot, which stands for itself alone", `cp1.example ${key}`, "cp1xexample", 22, 0],
    ["a negated wildcard", `*.example.org,!cp1.example.org ${key}`, "cp1.example.org", 22, 0],
    ["a negation of others", `*.example.org,!cp2* ${key}`, "cp1.example.org", 22, 1],
    ["nothing but a negation", `!cp2 ${key}`, "cp1", 22, 0],
    ["a comment", `#cp1,cp1 ${key}`, "cp1", 22, 0],
    ["a line between others, with white space around", `\n  cp1 \t${key}  \n\n`, "cp1", 22, 1],
    ["a line without a key", "cp1 ssh-ed25519", "cp1", 22, 0],
    ["a line with nothing but a name", "cp1", "cp1", 22, 0],
    ["a certificate authority", `@cert-authority cp1 ${key}`, "cp1", 22, 0],
  ])("%s", (_, line, address, port, found) => {
    expect(knownHostKeys(`\n${line}\n`, address, port).trusted).toHaveLength(found);
  });

  test("a revoked key is no trusted one", () => {
    const lines = `@revoked cp1 ${key}\n@revoked cp2 ${key}\n`;
    const { trusted, revoked } = knownHostKeys(lines, "cp1", 22);
    expect([trusted.length, revoked.length]).toEqual([0, 1]);
  });

  test("every key of a host is trusted, with its type", () => {
    const rsa = Buffer.from("rsa").toString("base64");
    expect(knownHostKeys(`cp1 ${key}\ncp1 ssh-rsa ${rsa} comment\n`, "cp1", 22).trusted).toEqual([
      { type: "ssh-ed25519", blob },
      { type: "ssh-rsa", blob: Buffer.from("rsa") },
    ]);
  });

  test.each([[""], ["ssh-ed25519"], ["  "]])("%j is no key", (text) => {
    expect(parsedHostKey(text)).toBeUndefined();
  });

  test("a key that is given may have white space around it", () => {
    expect(parsedHostKey(` ${key} root@cp1\n`)).toEqual({ type: "ssh-ed25519", blob });
  });

  test("the type of a key that a server shows is the one inside of it", () => {
    expect(keyType(blob)).toBe("ssh-ed25519");
  });

  test("fingerprints look as OpenSSH's", () => {
    const shown = execFileSync("ssh-keygen", ["-lf", "-"], { input: `${key}\n`, encoding: "utf8" });
    expect(fingerprint(blob)).toBe(shown.split(" ")[1]);
  });

  test("only signatures of known key types are asked for", () => {
    const keys = [key, "ssh-rsa AAAA", key].flatMap((line) => parsedHostKey(line) ?? []);
    expect(signatureAlgorithms(keys)).toEqual([
      "ssh-ed25519",
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-rsa",
    ]);
  });
});

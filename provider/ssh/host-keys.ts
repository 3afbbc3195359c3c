/** Which host keys are trusted: a given key, or the lines of an OpenSSH known_hosts file. */
import { createHash, createHmac } from "node:crypto";

/** A public key as its algorithm name and raw bytes. */
export interface HostKey {
  readonly type: string;
  readonly blob: Buffer;
}

/** `ssh-ed25519 AAAA… comment` as a key. */
export function parsedHostKey(text: string): HostKey | undefined {
  const [type, base64] = text.trim().split(/\s+/);
  if (!type || !base64) return undefined;
  return { type, blob: Buffer.from(base64, "base64") };
}

/** Fingerprint as `ssh-keygen -l` shows it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Algorithm name inside a raw public key. */
export function keyType(blob: Buffer): string {
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
}

/** Keys that a known_hosts file holds for an address: those to trust and those revoked. */
export function knownHostKeys(
  knownHosts: string,
  address: string,
  port: number,
): { trusted: HostKey[]; revoked: HostKey[] } {
  const name = port === 22 ? address : `[${address}]:${port}`;
  const trusted: HostKey[] = [];
  const revoked: HostKey[] = [];
  for (const line of knownHosts.split("\n")) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
    const patterns = words.shift();
    if (!patterns || patterns.startsWith("#") || marker === "@cert-authority") continue;
    const key = parsedHostKey(words.join(" "));
    if (key && namesHost(patterns, name)) (marker === "@revoked" ? revoked : trusted).push(key);
  }
  return { trusted, revoked };
}

function namesHost(patterns: string, name: string): boolean {
  if (patterns.startsWith("|1|")) {
    const [, , salt, hash] = patterns.split("|");
    const expected = createHmac("sha1", Buffer.from(salt ?? "", "base64")).update(name);
    return expected.digest("base64") === hash;
  }
  const all = patterns.split(",");
  const matches = (pattern: string): boolean => wildcard(pattern).test(name);
  if (all.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))) return false;
  return all.some((pattern) => !pattern.startsWith("!") && matches(pattern));
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "i");
}

/** Signature algorithms to ask a server for, so that it shows a key of a type that is known. */
export function signatureAlgorithms(keys: readonly HostKey[]): string[] {
  const algorithms = keys.flatMap(({ type }) =>
    type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type],
  );
  return [...new Set(algorithms)];
}

import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { load } from "js-yaml";
import { z } from "zod";
import type { KnownKey } from "../../operations/lost-keys";

/**
 * The certificate authorities of a bundle. One that was renewed with its key is the same, as whatever it
 * has signed is still trusted; so is its key alone, in place of a certificate that is not made yet.
 */
export function authorityKeys(pem: string): readonly KnownKey[] {
  return pemBlocks(pem).flatMap((block) => {
    const certificate = parsed(() => new X509Certificate(block));
    if (certificate === undefined) return publicKeys(block, "key of an authority");
    const { subject, publicKey, raw } = certificate;
    const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? subject;
    // as openssl x509 -fingerprint -sha256 has it
    const title = `certificate of ${name}, ${shownSum(sha256(raw))}`;
    return [{ identity: sha256(publicKeyBytes(publicKey)), title }];
  });
}

/** The keys that verify service-account tokens. */
export function serviceAccountKeys(pem: string): readonly KnownKey[] {
  return publicKeys(pem, "service-account key");
}

const encryptionSchema = z.object({
  resources: z.array(
    z.object({
      providers: z.array(
        z.record(
          z.string(),
          z.object({
            keys: z.array(z.object({ name: z.string(), secret: z.string() })).optional(),
          }),
        ),
      ),
    }),
  ),
});

/** The keys of an encryption configuration as this run would write it. */
export function encryptionKeys(yaml: string): readonly KnownKey[] {
  const { resources } = encryptionSchema.parse(load(yaml));
  return resources
    .flatMap(({ providers }) => providers.flatMap((provider) => Object.entries(provider)))
    .flatMap(([provider, { keys = [] }]) =>
      keys.map(({ name, secret }) => encryptionKey(provider, name, sha256(secret))),
    );
}

/** The keys that scripts/encryption-keys.sh found on a host. */
export function hashedEncryptionKeys(output: string): readonly KnownKey[] {
  return output.split("\n").flatMap((line) => {
    const [provider, name, sum] = line.split(" ");
    return provider === undefined || name === undefined || sum === undefined
      ? []
      : [encryptionKey(provider, name, sum)];
  });
}

/** What is stored names the key by provider and name: under other ones it can't be read. */
function encryptionKey(provider: string, name: string, sum: string): KnownKey {
  return {
    identity: `${provider} ${name} ${sum}`,
    title: `${provider} key ${name}, ${shownSum(sum)}`,
  };
}

function publicKeys(pem: string, title: string): readonly KnownKey[] {
  return pemBlocks(pem).flatMap((block) => {
    const key = parsed(() => createPublicKey(block));
    if (key === undefined) return [];
    const identity = sha256(publicKeyBytes(key));
    return [{ identity, title: `${title}, ${shownSum(identity)}` }];
  });
}

function pemBlocks(text: string): readonly string[] {
  return text.match(/-----BEGIN ([^-]+)-----[^-]*-----END \1-----/g) ?? [];
}

/** A damaged one is of no use to anybody, so it need not be kept. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function publicKeyBytes(key: ReturnType<typeof createPublicKey>): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Enough to tell keys from each other, and to find them by. */
function shownSum(sum: string): string {
  return `sha256 ${sum.slice(0, 16)}`;
}

import type { InputFile } from "../host/host-layer";
import type { KeyPair } from "./certificate-authority";

/** `<path>.crt` and `<path>.key` of a key pair; the key is readable by `owner` alone. */
export function pemFiles(
  path: string,
  pair: KeyPair,
  owner: string,
): Readonly<Record<string, InputFile>> {
  return {
    [`${path}.crt`]: certFile(pair),
    [`${path}.key`]: { content: pair.keyPem, mode: "0600", owner },
  };
}

/** The certificate of a key pair as a world-readable file. */
export function certFile(pair: KeyPair): InputFile {
  return { content: pair.certPem, mode: "0644", owner: "root:root" };
}

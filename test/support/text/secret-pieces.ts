import { utils } from "ssh2";
import type { StackSecrets } from "./stack-secrets";

/** Pieces of text each of which gives a secret away, with the secrets' names. */
export type SecretPieces = ReadonlyMap<string, string>;

const pieceLength = 24;

/**
 * The begin and the end of every word of every private key and password, as they stand and as they
 * look inside a longer text in base64. What keys have in common and what the state says openly (the
 * public half of a key) are left out. Throws at a secret of a kind that it has no pieces for.
 */
export function secretPieces({ secrets, open }: StackSecrets): SecretPieces {
  const said = open.join("\n").replaceAll("\n", "");
  const sources = new Map<string, Set<string>>();
  const names = new Map<string, string>();
  for (const [name, text] of secrets) {
    for (const word of secretWords(text)) {
      for (const piece of pieces(word)) {
        sources.set(piece, (sources.get(piece) ?? new Set()).add(word));
        if (!names.has(piece)) names.set(piece, name);
      }
    }
  }
  for (const [piece, words] of sources)
    if (words.size > 1 || said.includes(piece)) names.delete(piece);
  for (const piece of sharedPieces()) names.delete(piece);
  refuseUncovered(secrets, names);
  return names;
}

/** Pieces that keys in OpenSSH's own form share, which has names and padding between the secret bits. */
function sharedPieces(): string[] {
  const stranger = utils.generateKeyPairSync("ecdsa", { bits: 256 }).private.trim();
  return secretWords(stranger).flatMap(pieces);
}

/** Lines of a private key in PEM, without a short last one, or a secret that is one word. */
function secretWords(text: string): string[] {
  const [, body] = /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n(.*)\n-----END /s.exec(text) ?? [];
  if (body !== undefined) return body.split("\n").filter((line) => line.length >= pieceLength);
  return /^\S{16,}$/.test(text) ? [text] : [];
}

/** How a word looks in the base64 of a text that contains it, for each place it may begin at. */
function insideBase64(word: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.from(" ".repeat(before) + word);
    // characters that depend on what stands before or after the word are cut off
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
    return whole.slice(before === 0 ? 0 : 4);
  });
}

function pieces(word: string): string[] {
  return [word, ...insideBase64(word)].flatMap(ends);
}

function ends(word: string): string[] {
  return [word.slice(0, pieceLength), word.slice(-pieceLength)];
}

function refuseUncovered(secrets: ReadonlyMap<string, string>, names: SecretPieces): void {
  const known = [...names.keys()];
  for (const [name, text] of secrets)
    if (!known.some((piece) => text.includes(piece)))
      throw new Error(`no way is known to tell the secret "${name}" when it is seen`);
}

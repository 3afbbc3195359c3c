import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { runCommand } from "../process/command";
import { publishedChecksum } from "../upstream/checksum-file";
import { mirroredUrl } from "../upstream/mirrored-url";
import type { Release, ReleaseFile, Arch } from "./product";

/** A release could not be fetched (the network's fault, not the content's). */
export class Unreachable extends Error {}

const probeMilliseconds = 10_000;
const stallMilliseconds = 60_000;

/** The address to ask for an official one: a mirror's, where one is set. */
function askedUrl(url: string, mirror: string | undefined): string {
  return mirror === undefined || mirror === "" ? url : mirroredUrl(url, mirror);
}

/** Answers once per host and run whether its releases can be fetched from here. */
export function reachability(mirror: string | undefined): (url: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (url) => {
    const address = askedUrl(url, mirror);
    const { host } = new URL(url);
    const answer = answers.get(host) ?? probe(address);
    answers.set(host, answer);
    return answer;
  };
}

async function probe(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(probeMilliseconds);
    const { status } = await fetch(url, { method: "HEAD", signal });
    // a missing file means that the host can be reached; a refusal, that a proxy is in between
    return status < 400 || status === 404;
  } catch {
    return false;
  }
}

/** Fetches a release's outputs into `target`, each file checked before anything is taken from it. */
export async function download(
  release: Release,
  arch: Arch,
  target: string,
  mirror: string | undefined,
): Promise<void> {
  for (const file of release.files(arch)) {
    const path = join(target, ".download");
    const expected = await sha256Of(file, mirror);
    const got = await fetchFile(askedUrl(file.url, mirror), path);
    if (got !== expected) {
      throw new Error(`${askedUrl(file.url, mirror)}: sha256 ${got}, expected ${expected}`);
    }
    await unpackOutputs(file, path, target);
    await rm(path, { force: true });
  }
}

/** The checksum that upstream publishes for a file. */
async function sha256Of(file: ReleaseFile, mirror: string | undefined): Promise<string> {
  if ("sha256" in file.checksum) return file.checksum.sha256;
  const url = askedUrl(file.checksum.url, mirror);
  const response = await responseFrom(url, AbortSignal.timeout(stallMilliseconds));
  const text = await response.text();
  try {
    return publishedChecksum(text, file.url);
  } catch (error) {
    throw new Error(`${url}: ${reasonText(error)}`, { cause: error });
  }
}

async function responseFrom(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw new Unreachable(`${url}: ${reasonText(error)}`);
  });
  if (!response.ok) throw new Unreachable(`${url}: status ${response.status}, expected 200`);
  return response;
}

function reasonText(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** Writes what `url` answers to `path` and returns its sha256. */
async function fetchFile(url: string, path: string): Promise<string> {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMilliseconds);
  try {
    const response = await responseFrom(url, stall.signal);
    if (response.body === null) throw new Unreachable(`${url}: an empty answer`);
    // the DOM's and Node's declarations of one and the same class differ
    const body = Readable.fromWeb(response.body);
    body.on("data", () => {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), stallMilliseconds);
    });
    await pipeline(body, createWriteStream(path)).catch((error: unknown) => {
      throw new Unreachable(`${url}: ${reasonText(error)}`);
    });
  } finally {
    clearTimeout(timer);
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function unpackOutputs(file: ReleaseFile, path: string, target: string): Promise<void> {
  const outputs = Object.entries(file.outputs);
  const archived = outputs.map(([, member]) => member).filter((member) => member !== undefined);
  const folder = join(target, ".unpacked");
  await mkdir(folder);
  if (archived.length > 0) await extractMembers(path, archived, folder, file.url);
  for (const [output, member] of outputs) {
    await rename(member === undefined ? path : join(folder, member), join(target, output));
    await chmod(join(target, output), 0o755);
  }
  await rm(folder, { recursive: true });
}

async function extractMembers(
  archive: string,
  members: readonly string[],
  folder: string,
  url: string,
): Promise<void> {
  const args = ["-xzf", archive, "-C", folder, "--no-same-owner", "--", ...members];
  const { status, stderr } = await runCommand("tar", args);
  if (status !== 0) throw new Error(`${url}: no ${members.join(", ")} in it: ${stderr.trim()}`);
}

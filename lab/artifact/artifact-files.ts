import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { stateDir } from "../machine/paths";
import { run } from "../machine/process";
import { mirrorPath } from "../../upstream/mirrored-url";
import { cacheFolder } from "../../process/user-folders";
import { type LabArtifact, tarArguments } from "./artifact";
import type { SummedArtifact } from "./catalogue";

/** The tree that the artifact server serves: links to files in the cache. */
export const mirrorDir = join(stateDir, "mirror");

/** Makes an artifact's file in the cache, links it under its official address and computes its checksum. */
export async function artifactFile(artifact: LabArtifact): Promise<SummedArtifact> {
  const file = artifact.binary ? join(artifact.folder, artifact.binary) : await archive(artifact);
  const link = join(mirrorDir, mirrorPath(artifact.url));
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(file, link);
  return { ...artifact, sha256: await cachedSum(file) };
}

async function archive(artifact: LabArtifact): Promise<string> {
  const key = createHash("sha256")
    .update(tarArguments(artifact, "").join("\n"))
    .digest("hex")
    .slice(0, 8);
  const directory = join(cacheFolder(), "lab", "artifacts", `${basename(artifact.folder)}-${key}`);
  const file = join(directory, basename(new URL(artifact.url).pathname));
  if (existsSync(file)) return file;
  await mkdir(directory, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await run("tar", tarArguments(artifact, temporary));
  await rename(temporary, file);
  return file;
}

/** The sha256 of a file in the cache; its folder's name tells the content, so it is read once. */
async function cachedSum(file: string): Promise<string> {
  const record = join(
    cacheFolder(),
    "lab",
    "artifacts",
    basename(dirname(file)),
    `${basename(file)}.sha256`,
  );
  if (existsSync(record)) return (await readFile(record, "utf8")).trim();
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  const sum = hash.digest("hex");
  await mkdir(dirname(record), { recursive: true });
  await writeFile(`${record}.${process.pid}`, `${sum}\n`);
  await rename(`${record}.${process.pid}`, record);
  return sum;
}

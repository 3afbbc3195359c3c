/** What changes files, packages and the kernel of a simulated host, as scripts/*.sh would. */
import { createHash } from "node:crypto";
import type { SimulatedHost, Verbs } from "./simulated-host";
import { StepError } from "./step-error";
import { tarEntries } from "./tar-entries";

const runFolder = "/run/plinth";
const leaseFile = `${runFolder}/lease.json`;
const markerFile = "/etc/plinth/cluster.json";
const layers = "/etc/plinth/layers";
const staged = ".plinth-new";

/** The size of every executable, which has no content here. */
const binarySize = 50_000_000;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function groupsOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

function writeManifest({ disk }: SimulatedHost, layer: string, text: string): void {
  disk.makeDirectories(layers);
  disk.write(`${layers}/${layer}.json`, "0600", `${text}\n`);
}

interface Lease {
  readonly runId: string;
  readonly operator: string;
  readonly since: number;
  readonly expires: number;
}

function takeLease(host: SimulatedHost, args: readonly string[]): void {
  const [runId = "", operator = "", pid = "", boot = "", seconds = "", dead = ""] = args;
  const held = host.disk.get(leaseFile)?.content?.toString();
  const lease = held === undefined ? undefined : (JSON.parse(held) as Lease); // written below
  const now = Math.floor(Date.now() / 1000);
  if (lease && lease.runId !== runId && lease.runId !== dead && lease.expires > now)
    throw new StepError(`is being changed by ${lease.operator}`);
  const since = lease?.runId === runId ? lease.since : now;
  const expires = now + Number(seconds);
  const text = JSON.stringify({ operator, pid: Number(pid), runId, boot, since, expires });
  host.disk.makeDirectories(runFolder);
  host.disk.write(leaseFile, "0600", `${text}\n`);
}

function fetchedBinaries(host: SimulatedHost, args: readonly string[]): void {
  const [, url = "", sum = "", , ...members] = args;
  host.say(`@@ fetching ${url.slice(url.lastIndexOf("/") + 1)}`);
  for (const [member = "", mode = "", path = ""] of groupsOf(members, 3)) {
    const own = member === "" ? sum : sha256(`${sum} ${member}`);
    const octal = mode.replace(/^0+(?=.)/, "");
    host.disk.put(path + staged, { kind: "file", mode: octal, size: binarySize, sha256: own });
  }
}

function stageFiles(host: SimulatedHost, sums: readonly string[], payload: Buffer): void {
  for (const { path, mode, owner, content } of tarEntries(payload))
    host.disk.write(path, mode, content, owner);
  for (const [sum = "", path = ""] of groupsOf(sums, 2))
    if (host.disk.get(path + staged)?.sha256 !== sum)
      throw new StepError("the transfer was damaged on its way");
}

function recordBinaries({ disk }: SimulatedHost, args: readonly string[]): void {
  const [layer = "", ...entries] = args;
  const lines = groupsOf(entries, 3).map(([key = "", own = "", path = ""]) =>
    [key, own || disk.get(path)?.sha256, disk.fingerprint(path), path].join("\t"),
  );
  disk.write(`${layers}/${layer}.binaries`, "0644", `${lines.join("\n")}\n`);
}

export const changeVerbs: Verbs = {
  take_lease: takeLease,
  release_lease: ({ disk }) => disk.remove(leaseFile),
  lock_layer: () => undefined,
  need_space: () => undefined,
  need_owner: () => undefined,
  claim_host: (host, [cluster = "", , , marker = "", layer = "", manifest = ""]) => {
    const owner = host.disk.get(markerFile)?.content?.toString();
    if (owner !== undefined && !owner.includes(`"cluster":"${cluster}"`))
      throw new StepError(`belongs to another cluster: ${owner}`);
    host.disk.makeDirectories("/etc/plinth");
    if (owner === undefined) host.disk.write(markerFile, "0644", `${marker}\n`);
    writeManifest(host, layer, manifest);
    host.say("@+ changed");
  },
  write_manifest: (host, [layer = "", manifest = ""]) => {
    writeManifest(host, layer, manifest);
    host.say("@+ changed");
  },
  write_questions: ({ disk }, [layer = "", text = ""]) =>
    disk.write(`${layers}/${layer}.questions`, "0600", `${text}\n`),
  install_packages: (host, [, ...names]) => {
    host.say(`@@ installing packages ${names.join(" ")}`);
    for (const name of names) host.packages.add(name);
  },
  make_parents: ({ disk }, paths) => {
    for (const path of paths) disk.makeDirectories(path);
  },
  put_directory: ({ disk }, [path = "", mode = "", owner = ""]) => {
    disk.makeDirectories(path);
    disk.change(path, { mode: mode.replace(/^0+(?=.)/, ""), owner });
  },
  begin: fetchedBinaries,
  join: () => undefined,
  stage_files: stageFiles,
  place: ({ disk }, paths) => {
    for (const path of paths) disk.move(path + staged, path);
  },
  record_binaries: recordBinaries,
  put_link: ({ disk }, [target = "", path = ""]) =>
    disk.put(path, { kind: "link", mode: "777", target }),
  set_owner: ({ disk }, [owner = "", ...paths]) => {
    for (const path of paths) disk.change(path, { owner });
  },
  set_mode: ({ disk }, [mode = "", ...paths]) => {
    for (const path of paths) disk.change(path, { mode: mode.replace(/^0+(?=.)/, "") });
  },
  remove_files: ({ disk }, paths) => {
    for (const path of paths) disk.remove(path);
  },
  load_modules: ({ modules }, names) => {
    for (const name of names) modules.add(name.replaceAll("-", "_"));
  },
  put_sysctl: ({ sysctls }, [, path = "", value = ""]) => void sysctls.set(path, value),
};

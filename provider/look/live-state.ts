/** The live state of a host, as the functions of scripts/look.sh print it. */
import type { Manifest } from "../layer/manifest";
import { emptyManifest, layersDirectory } from "../layer/manifest";
import { markerFile, parsedMarker } from "../layer/marker";
import type { HostMarker } from "../survey-api";
import { parsedLease, type Lease } from "../lease/lease";

const leaseFile = "/run/plinth/lease.json";

export interface PathState {
  readonly kind: "file" | "directory" | "link" | "other";
  /** Octal text with four digits. */
  readonly mode: string;
  /** `user:group` */
  readonly owner: string;
  /** Seconds since 1970; the kernel's own time of the last change of content or attributes. */
  readonly changedAt: number;
  /** Size, mtime, ctime and inode: while this text stays the same, so does the content. */
  readonly stat: string;
  /** Where a link points to. */
  readonly target?: string;
}

export interface UnitState {
  readonly loaded: boolean;
  readonly running: boolean;
  /** In whatever state, there is something that a restart would interrupt. */
  readonly active: boolean;
  readonly invocation: string;
  readonly needsReload: boolean;
  readonly dropIns: readonly string[];
  /** Seconds since 1970 at which its process was started. */
  readonly startedAt?: number;
  /** Words for messages, such as `active (running)`. */
  readonly state: string;
}

/** What an executable was when it was put in place. */
export interface BinaryRecord {
  readonly key: string;
  readonly sha256: string;
  readonly stat: string;
}

/** With which inputs the invocation of a unit was started. */
export interface RunRecord {
  readonly invocation: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface LiveHost {
  /** What was asked for other layers, in the lines of their `questions`. */
  readonly asked: ReadonlySet<string>;
  readonly paths: ReadonlyMap<string, PathState>;
  readonly hashes: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, UnitState>;
  /** Kernel parameters by their file below /proc/sys. */
  readonly sysctls: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
  readonly modules: ReadonlySet<string>;
  readonly users: ReadonlyMap<string, { readonly home: string }>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly binaries: ReadonlyMap<string, BinaryRecord>;
  readonly records: ReadonlyMap<string, RunRecord>;
  readonly marker?: HostMarker;
  readonly lease?: Lease;
}

/** The output split at its `@name` lines. */
export function sections(output: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of output.split("\n")) {
    if (/^@[a-z]/.test(line)) found.set(line.slice(1), (lines = found.get(line.slice(1)) ?? []));
    else if (line !== "") lines.push(line);
    // systemctl separates its units by empty lines
    else if (lines.length > 0) lines.push("");
  }
  return found;
}

/** The live state from what one look printed. */
export function liveHost(output: string): LiveHost {
  const found = sections(output);
  const lines = (name: string): string[] => (found.get(name) ?? []).filter((line) => line !== "");
  const texts = lines("text").map(splitAt(":"));
  const clock = lines("clock").map((line) => parseFloat(line));
  const marker = parsedMarker(texts.find(([path]) => path === markerFile)?.[1]);
  const lease = parsedLease(texts.find(([path]) => path === leaseFile)?.[1]);
  return {
    asked: new Set(lines("asked")),
    paths: new Map(lines("stat").map(pathState)),
    hashes: new Map(lines("sha256").map(pathHash)),
    units: unitStates(found.get("units") ?? [], (clock[1] ?? 0) - (clock[0] ?? 0)),
    sysctls: new Map(texts.filter(([path]) => path.startsWith("/proc/sys/"))),
    packages: new Set(
      lines("packages").flatMap((line) => /^installed (\S+)/.exec(line)?.[1] ?? []),
    ),
    modules: new Set(lines("modules")),
    users: new Map(
      lines("users")
        .map((line) => line.split(":"))
        .map(([name, , , , , home]) => [name ?? "", { home: home ?? "" }]),
    ),
    groups: new Map(
      lines("groups")
        .map((line) => line.split(":"))
        .map(([name, , , members]) => [name ?? "", (members ?? "").split(",")]),
    ),
    manifests: manifests(texts),
    binaries: new Map(texts.filter(([path]) => path.endsWith(".binaries")).map(binaryRecord)),
    records: jsonFiles<RunRecord>(texts, "/run/plinth/units/"),
    ...(marker && { marker }),
    ...(lease && { lease }),
  };
}

function manifests(texts: readonly [string, string][]): Map<string, Manifest> {
  const found = jsonFiles<Manifest>(texts, `${layersDirectory}/`);
  return new Map([...found].map(([layer, said]) => [layer, { ...emptyManifest, ...said }]));
}

function splitAt(separator: string): (line: string) => [string, string] {
  return (line) => {
    const at = line.indexOf(separator);
    return [line.slice(0, at), line.slice(at + 1)];
  };
}

function jsonFiles<T>(texts: readonly [string, string][], directory: string): Map<string, T> {
  const found = new Map<string, T>();
  for (const [path, text] of texts) {
    if (!path.startsWith(directory) || !path.endsWith(".json")) continue;
    try {
      found.set(path.slice(directory.length, -".json".length), JSON.parse(text) as T);
    } catch {
      // a damaged file counts as missing: what it said is written again
    }
  }
  return found;
}

const kinds: Record<string, PathState["kind"]> = {
  "regular file": "file",
  "regular empty file": "file",
  directory: "directory",
  "symbolic link": "link",
};

function pathState(line: string): [string, PathState] {
  const [kind, mode, owner, size, mtime, ctime, inode, ...name] = line.split("\t");
  const [path = "", target] = name.join("\t").split(" -> ");
  const state: PathState = {
    kind: kinds[kind ?? ""] ?? "other",
    mode: (mode ?? "").padStart(4, "0"),
    owner: owner ?? "",
    changedAt: Number(ctime),
    stat: [size, mtime, ctime, inode].join(" "),
    ...(target !== undefined && { target }),
  };
  return [path, state];
}

function pathHash(line: string): [string, string] {
  // a leading backslash says that backslashes in the name are doubled
  const escaped = line.startsWith("\\");
  const [hash, path] = [line.slice(+escaped, 64 + +escaped), line.slice(66 + +escaped)];
  return [escaped ? path.replaceAll("\\\\", "\\") : path, hash];
}

function binaryRecord([, text]: readonly [string, string]): [string, BinaryRecord] {
  const [key = "", sha256 = "", stat = "", path = ""] = text.split("\t");
  return [path, { key, sha256, stat }];
}

function unitStates(lines: readonly string[], bootedAt: number): Map<string, UnitState> {
  const units = new Map<string, UnitState>();
  for (const block of lines.join("\n").split(/\n\n+/)) {
    const shown = new Map(block.split("\n").map(splitAt("=")));
    const id = shown.get("Id");
    if (id !== undefined)
      units.set(
        id,
        unitState((key) => shown.get(key) ?? "", bootedAt),
      );
  }
  return units;
}

function unitState(shown: (key: string) => string, bootedAt: number): UnitState {
  const [active, sub] = [shown("ActiveState"), shown("SubState")];
  const startedAt = startTime(shown, bootedAt);
  const starting = active === "activating" && sub !== "auto-restart" && shown("Type") !== "oneshot";
  return {
    loaded: shown("LoadState") === "loaded",
    running: active === "active" || active === "reloading" || starting,
    active: active !== "inactive" && active !== "failed",
    invocation: shown("InvocationID"),
    needsReload: shown("NeedDaemonReload") === "yes",
    dropIns: shown("DropInPaths").split(" ").filter(Boolean),
    ...(startedAt !== undefined && { startedAt }),
    state: `${active} (${sub})`,
  };
}

/** Start of the main process, to the microsecond where the two clocks agree, else to the second. */
function startTime(shown: (key: string) => string, bootedAt: number): number | undefined {
  const name = shown("ExecMainStartTimestamp") ? "ExecMainStartTimestamp" : "ActiveEnterTimestamp";
  const text = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.exec(shown(name))?.[0];
  if (text === undefined) return undefined;
  const second = Date.parse(`${text.replace(" ", "T")}Z`) / 1000;
  const exact = bootedAt + Number(shown(`${name}Monotonic`)) / 1e6;
  // /proc/uptime has a resolution of 10 ms; in some containers it is not the kernel's
  return exact >= second && exact < second + 1 ? exact - 0.02 : second;
}

/** A host's facts from what scripts/survey.sh printed. */
import type { HostFacts } from "../survey-api";
import { parsedLease, type Leases } from "../lease/lease";
import { parsedMarker } from "../layer/marker";
import { sections } from "../look/live-state";

const architectures: Record<string, string> = { x86_64: "amd64", aarch64: "arm64" };

interface Context {
  /** When the question was sent, in milliseconds. */
  readonly sentAt: number;
  readonly user: string;
  readonly unprivileged: boolean;
  readonly leases: Leases;
}

type NetworkFacts = Pick<
  HostFacts,
  | "addresses"
  | "defaultInterface"
  | "mtus"
  | "nameservers"
  | "resolvedNameservers"
  | "searchDomains"
>;

/** See `HostFacts`. */
export function hostFacts(output: string, context: Context): HostFacts {
  const found = sections(output);
  const lines = (name: string): string[] => (found.get(name) ?? []).filter((line) => line !== "");
  const ids = assignments(lines("ids"));
  const release = assignments(lines("os-release"));
  const memory = assignments(lines("meminfo"), ":");
  const mib = (kib: string | undefined): number => Math.floor(parseInt(kib ?? "0", 10) / 1024);
  const owner = parsedMarker(lines("marker").join(""));
  const limits = lines("memory-limits")
    .map(Number)
    .filter((bytes) => bytes > 0);
  return {
    hostname: ids.hostname ?? "",
    machineId: ids.machine ?? "",
    distribution: release.ID ?? "",
    distributionVersion: release.VERSION_ID ?? "",
    architecture: architectures[ids.architecture ?? ""] ?? ids.architecture ?? "",
    kernel: ids.kernel ?? "",
    cgroupVersion: ids.cgroup === "cgroup2fs" ? 2 : 1,
    systemdVersion: ids.init === "systemd" ? Number(ids.systemd ?? 0) : 0,
    cpus: Number(ids.cpus ?? 0),
    memoryMiB: Math.min(
      mib(memory.MemTotal),
      ...limits.map((bytes) => Math.floor(bytes / 2 ** 20)),
    ),
    freeDiskMiB: Object.fromEntries(
      [...found].flatMap(([name, df]) => {
        const [, path] = /^disk (.*)$/.exec(name) ?? [];
        return path === undefined ? [] : [[path, freeMiB(df)]];
      }),
    ),
    swapMiB: mib(memory.SwapTotal),
    clockOffsetMs: clockOffset(lines("time")[0], context.sentAt),
    ...networkFacts(lines),
    listening: listeningSockets(lines("listening")),
    modules: lines("modules"),
    commands: lines("commands"),
    paths: lines("paths"),
    texts: Object.fromEntries(
      lines("texts").map((line) => {
        const [path = "", content] = line.split("\t");
        return [path, decodedText(content)];
      }),
    ),
    probes: Object.fromEntries(
      lines("probes").map((line) => {
        const [name = "", status, output] = line.split("\t");
        return [name, { status: Number(status), output: decodedText(output) }];
      }),
    ),
    ...(owner && { owner }),
    ...otherRun(lines("lease")[0], lines("time")[0], context.leases),
    layers: lines("layers").flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []),
    privilege: ids.uid !== "0" ? "none" : context.user === "root" ? "root" : "sudo",
  };
}

function decodedText(base64 = ""): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function otherRun(
  text: string | undefined,
  nanoseconds: string | undefined,
  leases: Leases,
): Pick<HostFacts, "changedBy"> {
  const lease = parsedLease(text);
  if (!lease || !leases.isRival(lease, Number(nanoseconds ?? 0) / 1e9)) return {};
  const { operator, pid, since } = lease;
  return { changedBy: { operator, pid, since } };
}

function networkFacts(lines: (section: string) => string[]): NetworkFacts {
  const mtus = interfaceMtus(lines("links"));
  const device = / dev (\S+)/.exec(lines("routes")[0] ?? "")?.[1];
  const resolved = nameservers(lines("resolved"));
  const search = lines("resolv").flatMap(
    (line) => /^(?:search|domain)\s+(.*)/.exec(line)?.[1] ?? [],
  );
  return {
    addresses: interfaceAddresses(lines("addresses")),
    ...(device !== undefined && { defaultInterface: { name: device, mtu: mtus[device] ?? 0 } }),
    mtus,
    nameservers: nameservers(lines("resolv")),
    ...(resolved.length > 0 && { resolvedNameservers: resolved }),
    searchDomains: search.flatMap((domains) => domains.split(/\s+/)),
  };
}

function assignments(
  lines: readonly string[],
  separator = "=",
): Record<string, string | undefined> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(separator);
      return [
        line.slice(0, at),
        line
          .slice(at + 1)
          .trim()
          .replace(/^"(.*)"$/, "$1"),
      ];
    }),
  );
}

function clockOffset(nanoseconds: string | undefined, sentAt: number): number {
  return Math.round(Number(nanoseconds ?? 0) / 1e6 - sentAt);
}

function freeMiB(df: readonly string[]): number {
  const [line = ""] = df.filter((each) => each !== "").slice(-1);
  return Number(line.split(/\s+/)[3] ?? 0);
}

function interfaceMtus(lines: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", mtu] = /^\d+:\s+([^\s@:]+)\S*\s.* mtu (\d+)/.exec(line) ?? [];
      return mtu === undefined ? [] : [[name, Number(mtu)]];
    }),
  );
}

function interfaceAddresses(lines: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of lines) {
    const [, name, address] = /^\d+:\s+([^\s@]+)\S*\s+inet6?\s+(\S+)/.exec(line) ?? [];
    if (name !== undefined && address !== undefined) (found[name] ??= []).push(address);
  }
  return found;
}

function nameservers(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
}

function listeningSockets(lines: readonly string[]): HostFacts["listening"] {
  const units = new Map<string, string>();
  for (const line of lines) {
    const [, pid, unit] =
      /^\/proc\/(\d+)\/cgroup:.*\/([^/]+\.(?:service|socket))(?:\/|$)/.exec(line) ?? [];
    if (pid !== undefined && unit !== undefined) units.set(pid, unit);
  }
  return lines.flatMap((line) => {
    const [, address, port] = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line) ?? [];
    if (address === undefined) return [];
    const [, process = "", pid = ""] = /\("([^"]*)",pid=(\d+)/.exec(line) ?? [];
    const unit = units.get(pid);
    return [
      {
        port: Number(port),
        address: address.replace(/^\[(.*)\]$/, "$1"),
        process,
        ...(unit !== undefined && { unit }),
      },
    ];
  });
}

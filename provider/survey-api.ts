/**
 * The wire contract of the provider's one function, the survey, beside api.ts: what is asked of hosts,
 * and what they say of themselves. Types and names, no behaviour.
 */
import type { HostConnection } from "./api";

export const surveyToken = "plinth:index:survey";

/** Arguments of the `survey` function: one read-only look at every host, in parallel. */
export interface SurveyArgs {
  readonly hosts: readonly HostConnection[];
  /** Kernel modules, commands on PATH and absolute paths: which of them are there. */
  readonly modules: readonly string[];
  readonly commands: readonly string[];
  readonly paths: readonly string[];
  /** Absolute paths, existing or not, of whose file systems the free space is asked for. */
  readonly disks: readonly string[];
  /** Absolute paths of small text files that are read. */
  readonly texts: readonly string[];
  /** Commands by name that look and change nothing, run as root. */
  readonly probes: Readonly<Record<string, Probe>>;
}

export interface Probe {
  /** argv, no shell. */
  readonly command: readonly string[];
  readonly deadlineSeconds: number;
}

/** Result for one host: facts, or why there are none. */
export interface HostSurvey {
  readonly facts?: HostFacts;
  /** One sentence, with the address tried. */
  readonly error?: string;
  /** What to do about the error, where that is known. */
  readonly remedy?: string;
}

export interface SurveyResult {
  readonly hosts: Readonly<Record<string, HostSurvey>>;
}

/** What a host remembers of whose it is; without id and host where an earlier version wrote it. */
export interface HostMarker {
  readonly cluster: string;
  readonly id?: string;
  /** Name that the host has in the stack config. */
  readonly host?: string;
}

/** What a host says of itself. */
export interface HostFacts {
  readonly hostname: string;
  readonly machineId: string;
  /** `ID` and `VERSION_ID` of /etc/os-release, such as `debian` and `12`. */
  readonly distribution: string;
  readonly distributionVersion: string;
  /** As Go names it: `amd64` or `arm64`, else what `uname -m` said. */
  readonly architecture: string;
  /** `uname -r` */
  readonly kernel: string;
  readonly cgroupVersion: 1 | 2;
  /** `systemd` version number; 0 when PID 1 is something else. */
  readonly systemdVersion: number;
  readonly cpus: number;
  /** Total memory in MiB, or the host's own cgroup limit where that is lower. */
  readonly memoryMiB: number;
  /** Free space in MiB of the file systems that hold, or will hold, the paths asked for. */
  readonly freeDiskMiB: Readonly<Record<string, number>>;
  readonly swapMiB: number;
  /** The host's clock minus the operator's, in milliseconds. */
  readonly clockOffsetMs: number;
  /** IPv4 and IPv6 addresses with prefix length by interface, as `{"eth0": ["10.0.0.1/24"]}`. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Interface of the default route, with its MTU. */
  readonly defaultInterface?: { readonly name: string; readonly mtu: number };
  /** MTU by interface. */
  readonly mtus: Readonly<Record<string, number>>;
  /** Nameservers of /etc/resolv.conf, and of /run/systemd/resolve/resolv.conf where it exists. */
  readonly nameservers: readonly string[];
  readonly resolvedNameservers?: readonly string[];
  readonly searchDomains: readonly string[];
  /** Listening TCP ports with the name of the process and its systemd unit where there is one. */
  readonly listening: readonly {
    readonly port: number;
    readonly address: string;
    readonly process: string;
    readonly unit?: string;
  }[];
  /** Modules asked for that are loaded, built in or loadable. */
  readonly modules: readonly string[];
  /** Commands asked for that exist. */
  readonly commands: readonly string[];
  /** Paths asked for that exist. */
  readonly paths: readonly string[];
  /** Content of the files asked for that exist. */
  readonly texts: Readonly<Record<string, string>>;
  /** What the commands asked for printed, and their exit status, by name. */
  readonly probes: Readonly<Record<string, { readonly status: number; readonly output: string }>>;
  /** Whose the host is by /etc/plinth/cluster.json, where there is one. */
  readonly owner?: HostMarker;
  /** Another run that changes the host at this moment; `since` in seconds since 1970. */
  readonly changedBy?: { readonly operator: string; readonly pid: number; readonly since: number };
  /** Layers that the host's manifests name. */
  readonly layers: readonly string[];
  /** `root`, `sudo`, or why the login user can't become root. */
  readonly privilege: "root" | "sudo" | "none";
}

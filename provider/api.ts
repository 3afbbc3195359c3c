/**
 * The wire contract between a Pulumi program and the `plinth` resource provider: with
 * layer/item-kinds.ts all of `provider/` that other parts may import. Types and names, no behaviour.
 */

/** Tokens of the provider's one resource and one function. */
export const hostLayerToken = "plinth:index:HostLayer";
export const surveyToken = "plinth:index:survey";

/** The way to a host over SSH. No difference in these values is ever a change of a resource. */
export interface HostConnection {
  /** Name of the host in the stack config; appears in every message. */
  readonly name: string;
  /** IP address or DNS name that the operator's machine reaches. */
  readonly address: string;
  readonly port: number;
  /** Login user; anything but `root` needs password-less sudo (or the provider's `sudoPassword`). */
  readonly user: string;
  /** One public key as in known_hosts (`ssh-ed25519 AAAA…`); without it the known_hosts file decides. */
  readonly hostKey?: string;
  readonly bastion?: Bastion;
}

/** A jump host in front of a host. */
export interface Bastion {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey?: string;
}

/** Configuration of the provider itself: credentials and limits of the connections. */
export interface ProviderSettings {
  /** Path of a private key file on the operator's machine. */
  readonly privateKeyFile?: string;
  /** A private key in OpenSSH or PEM form (secret). */
  readonly privateKey?: string;
  /** Passphrase of the private key (secret). */
  readonly passphrase?: string;
  /** Socket of an SSH agent; `SSH_AUTH_SOCK` is not read unless it is given here. */
  readonly agentSocket?: string;
  /** Password for sudo (secret); without it sudo must not ask. */
  readonly sudoPassword?: string;
  /** Path of the known_hosts file on the operator's machine. */
  readonly knownHostsFile?: string;
  /** Seconds until an unanswered connection attempt is an error. */
  readonly connectTimeoutSeconds: number;
  /** Names of hosts that are left alone: not connected to, read, changed or cleared. */
  readonly maintenance: readonly string[];
}

/** `mode` is octal text (`"0644"`), `owner` is `user:group` by name. */
export interface Directory {
  readonly mode: string;
  readonly owner: string;
}

export interface HostFile {
  /** Whole text of the file; may be a Pulumi secret. */
  readonly content: string;
  readonly mode: string;
  readonly owner: string;
}

/** An executable that the host itself fetches over HTTP(S) and checks before it is put in place. */
export interface Binary {
  readonly url: string;
  /** sha256 of what `url` gives (the archive where `member` is set), lower-case hex. */
  readonly sha256: string;
  /** Path inside the `.tar.gz`/`.tgz` archive; absent when `url` gives the binary itself. */
  readonly member?: string;
  readonly mode: string;
}

/** A symbolic link. */
export interface Link {
  readonly target: string;
}

/** A system user with a group of the same name, no password and no login shell. */
export interface SystemUser {
  readonly home: string;
  /** Names of further groups the user belongs to. */
  readonly groups: readonly string[];
}

export interface Unit {
  /** Whole text of the unit file. */
  readonly content: string;
  /** Starts at boot. */
  readonly enabled: boolean;
  /** Runs now. */
  readonly running: boolean;
  /** Absolute paths of this layer (files, binaries, links) that need a restart when they change. */
  readonly restartOn: readonly string[];
  /** Absolute paths of this layer for which `systemctl reload` is enough. */
  readonly reloadOn: readonly string[];
}

/** Something that must hold on the host before the layer counts as applied. */
export type ReadyCheck =
  | { readonly kind: "unit"; readonly unit: string; readonly deadlineSeconds: number }
  | {
      readonly kind: "tcp";
      readonly address: string;
      readonly port: number;
      readonly deadlineSeconds: number;
    }
  | {
      /** GET from the host itself; certificates are paths on the host; passes on HTTP 200. */
      readonly kind: "https";
      readonly url: string;
      readonly caFile: string;
      readonly certFile?: string;
      readonly keyFile?: string;
      readonly deadlineSeconds: number;
    }
  | {
      /** argv, no shell; passes on exit status 0. */
      readonly kind: "command";
      readonly command: readonly string[];
      readonly deadlineSeconds: number;
    };

/** A command on a host that stays up while another one is changed, such as drain and uncordon. */
export interface RolloutCommand {
  readonly host: HostConnection;
  /** argv, no shell, run as root. */
  readonly command: readonly string[];
  readonly deadlineSeconds: number;
}

/** How disruptive changes (anything that restarts a unit) of several hosts take turns. */
export interface Rollout {
  /** Layers of the same group share the budget. */
  readonly group: string;
  readonly maxUnavailable: number;
  /** Why nobody's turn comes in this run: every disruptive change of the group is refused with it. */
  readonly held?: string;
  readonly before?: RolloutCommand;
  readonly after?: RolloutCommand;
}

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

/**
 * The wire contract between a Pulumi program and the `plinth` resource provider: with
 * layer/item-kinds.ts all of `provider/` that other parts may import. Types and names, no behaviour.
 */

/** Token of the provider's one resource. */
export const hostLayerToken = "plinth:index:HostLayer";

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
  /** Names of hosts that are gone for good: what the state knows of them is forgotten, nothing on them is touched. */
  readonly lost: readonly string[];
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

/** A command of root on a host. */
export interface HostCommand {
  /**
   * argv, no shell; in every argument `{host}` stands for the name of the host that is changed or
   * removed, and `{state}` for `lost` where that one is gone for good, else for `here`.
   */
  readonly command: readonly string[];
  readonly deadlineSeconds: number;
}

/** Exit status of a `gate`: the group serves nobody anyway, so it is repaired at once and without turns. */
export const gateStatus = { nothingToProtect: 10 } as const;

/** Exit status of a command of `help`: this host can't help at the moment, another one may. */
export const helpStatus = { unable: 11 } as const;

/** How disruptive changes (anything that restarts a unit) and removals of several hosts take turns. */
export interface Rollout {
  /** Layers of the same group share the budget. */
  readonly group: string;
  readonly maxUnavailable: number;
  /** Why nobody's turn comes in this run: every disruptive change of the group is refused with it. */
  readonly held?: string;
  /**
   * Whether the group can spare the host now, asked on the host itself: before it waits for its turn, and
   * as the last thing before the first disruptive step. Exit status 0: yes; `nothingToProtect`: see
   * there; any other: refused, with its last lines as the reason.
   */
  readonly gate?: HostCommand;
  /**
   * Runs on the host itself whenever one of the layer's units is about to be launched, with all of the
   * layer's files in place. `inTurn`: a launch takes its turn though it interrupts nothing (a
   * member joins).
   */
  readonly prepare?: HostCommand & { readonly inTurn: boolean };
  /** What this host does for the sake of another one, by the layer of that other one. */
  readonly help?: Readonly<Record<string, LayerHelp>>;
}

/**
 * Commands for the sake of a layer of another host. Each is asked of one host of those whose layers the
 * present config has, in the order of their names, until one is able; where there is none at all
 * (everything is destroyed) nobody is asked.
 */
export interface LayerHelp {
  /** Around a change that interrupts something. */
  readonly beforeChange?: HostCommand;
  readonly afterChange?: HostCommand;
  /** Before the `prepare` of a launch that takes its turn. */
  readonly beforeJoin?: HostCommand;
  /** Before the layer is taken away, and after it is gone. */
  readonly beforeRemoval?: HostCommand;
  readonly afterRemoval?: HostCommand;
}

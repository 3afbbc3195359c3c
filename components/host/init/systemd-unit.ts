/** A section's settings; an array repeats its key, one line for each value. */
export type UnitSection = Readonly<Record<string, string | number | readonly string[]>>;

export interface UnitSections {
  readonly Unit: UnitSection;
  readonly Service: UnitSection;
  readonly Install?: UnitSection;
}

/** Text of a systemd unit file: https://www.freedesktop.org/software/systemd/man/systemd.syntax.html */
export function systemdUnit(sections: UnitSections): string {
  return Object.entries(sections)
    .map(([section, settings]) => `[${section}]\n${settingLines(settings as UnitSection)}`)
    .join("\n");
}

function settingLines(settings: UnitSection): string {
  return Object.entries(settings)
    .flatMap(([key, value]) =>
      Array.isArray(value) ? value.map((one: string) => [key, one]) : [[key, value]],
    )
    .map(([key, value]) => `${String(key)}=${String(value)}\n`)
    .join("");
}

/**
 * A command line for `ExecStart=`, one flag a line and sorted, so that a changed flag is one changed
 * line of a preview. `args` are flags by name without dashes.
 */
export function execStart(binary: string, args: Readonly<Record<string, string>>): string {
  const flags = Object.keys(args)
    .sort()
    .map((flag) => escapedWord(`--${flag}=${args[flag] ?? ""}`));
  return [binary, ...flags].join(" \\\n  ");
}

// systemd expands % and $ and splits at spaces; see "COMMAND LINES" in systemd.service(5)
function escapedWord(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /[\s"'\\;]/.test(plain)
    ? `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
    : plain;
}

/** `[Unit]` settings of a service that is tried again however often it fails: its peers may come late. */
export const restartsForever: UnitSection = { StartLimitIntervalSec: 0 };

/** Sandbox of a network daemon that writes only where its unit says; see systemd.exec(5). */
export const hardenedService: UnitSection = {
  NoNewPrivileges: "yes",
  CapabilityBoundingSet: "",
  ProtectSystem: "strict",
  ProtectHome: "yes",
  PrivateTmp: "yes",
  PrivateDevices: "yes",
  ProtectKernelTunables: "yes",
  ProtectKernelModules: "yes",
  ProtectKernelLogs: "yes",
  ProtectControlGroups: "yes",
  ProtectClock: "yes",
  ProtectHostname: "yes",
  RestrictAddressFamilies: "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  RestrictNamespaces: "yes",
  RestrictRealtime: "yes",
  RestrictSUIDSGID: "yes",
  LockPersonality: "yes",
  MemoryDenyWriteExecute: "yes",
  SystemCallArchitectures: "native",
  // a rotated log is given to its own owner again, which needs the call but no capability
  SystemCallFilter: ["@system-service", "~@privileged", "@chown"],
  SystemCallErrorNumber: "EPERM",
  UMask: "0077",
  MemoryAccounting: "yes",
};

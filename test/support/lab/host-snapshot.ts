import { shellOn } from "./host-probes";

/**
 * Everything on a host that a run of ours could touch, a line each: inode, mode, owner, size, mtime
 * and ctime of every path below our directories and of every file that a layer's manifest names,
 * checksums of those files, kernel parameters, and when systemd last read its unit files.
 */
export async function hostSnapshot(host: string): Promise<readonly string[]> {
  return (await shellOn(host, snapshotScript)).split("\n");
}

/** Which start of a unit it runs as, and how often systemd had to start it again by itself. */
interface Run {
  readonly invocation: string;
  readonly since: string;
  readonly crashes: number;
}

/** The runs of all units of ours on a host. */
export async function unitRuns(host: string): Promise<ReadonlyMap<string, Run>> {
  const blocks = (await shellOn(host, `systemctl show ${properties} ${units}`)).split("\n\n");
  return new Map(
    blocks.map((block) => {
      const shown = new Map(block.split("\n").map((line) => line.split("=") as [string, string])); // as systemctl prints
      const value = (name: string): string => shown.get(name) ?? "";
      const crashes = Number(value("NRestarts"));
      const since = value("ActiveEnterTimestampMonotonic");
      return [value("Id"), { invocation: value("InvocationID"), since, crashes }];
    }),
  );
}

/** Units that were started from outside; one that ended on a busy machine, systemd starts by itself. */
export function started(
  before: ReadonlyMap<string, Run>,
  after: ReadonlyMap<string, Run>,
): string[] {
  return [...after].flatMap(([unit, { invocation, since, crashes }]) => {
    const earlier = before.get(unit);
    const same = invocation === earlier?.invocation && since === earlier.since;
    return same || crashes > (earlier?.crashes ?? 0) ? [] : [unit];
  });
}

const properties = "-p Id -p InvocationID -p NRestarts -p ActiveEnterTimestampMonotonic";
const units = "etcd.service 'kube*.service' containerd.service";

// data that programs write themselves lies in /var/lib and /var/log: of these, only our own files
const snapshotScript = `
set -eu
find /etc /opt /usr/local /run/plinth -xdev -printf '%p %i %m %u:%g %s %T@ %C@\\n' | sort
files=$(grep -ho '"/[^"]*"' /etc/plinth/layers/*.json | tr -d '"' | sort -u |
  while IFS= read -r path; do [ ! -f "$path" ] || echo "$path"; done)
stat -c '%n %i %a %U:%G %s %y %z' $files
sha256sum $files
sed 's/ = .*//' /etc/sysctl.d/90-plinth-*.conf | xargs sysctl
systemctl show -p UnitsLoadTimestampMonotonic
`;

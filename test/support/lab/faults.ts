import { shellOn } from "./host-probes";
import { lab } from "./lab";
import type { Running } from "./lab";
import { processesOf } from "./running";

/** Something that goes wrong while an `up` is under way. */
export interface Fault {
  readonly name: string;
  /** No run can end well that is struck by it. */
  readonly fatal?: true;
  /** Resolves once it has happened; some last until `mend`. */
  readonly strike: (run: Running, host: string) => Promise<unknown>;
  readonly mend?: (host: string) => Promise<unknown>;
}

/** Every fault from which the next `up` has to recover. */
export const faults: readonly [Fault, ...Fault[]] = [
  { name: "kill -9 of the engine", fatal: true, strike: (run) => killed(run, "pulumi") },
  { name: "kill -9 of the provider", fatal: true, strike: (run) => killed(run, "provider.js") },
  {
    name: "kill -9 of everything on the operator's machine",
    fatal: true,
    strike: (run) => killed(run, "provider.js", "pulumi"),
  },
  { name: "kill -9 of sshd and its sessions", strike: (_, host) => onHostAtOnce(host, killSshd) },
  {
    name: "a cut network",
    strike: (_, host) => lab("cut", host),
    mend: (host) => lab("mend", host),
  },
  {
    name: "a full disk below /etc",
    strike: (_, host) => shellOn(host, fillEtc),
    mend: (host) => shellOn(host, freeEtc),
  },
  {
    name: "a full disk below /run",
    strike: (_, host) =>
      shellOn(
        host,
        "mount -o remount,size=$(df -k --output=used /run | tail -n 1 | tr -d ' ')k /run",
      ),
    mend: (host) => shellOn(host, "mount -o remount,size=10% /run"),
  },
  { name: "a reboot", strike: (_, host) => lab("reboot", host) },
  {
    name: "a power cut",
    strike: (_, host) => lab("kill", host),
    mend: (host) => lab("start", host),
  },
];

export function faultNamed(name: string): Fault {
  const found = faults.find((each) => each.name === name);
  if (!found) throw new Error(`no fault is called ${name}`);
  return found;
}

/** Kills the run's processes of these names, as soon as there is one of the first. */
async function killed(run: Running, first: string, ...others: readonly string[]): Promise<void> {
  const progress = { over: false };
  void run.finished.then(() => (progress.over = true));
  while (processesOf(run, first).length === 0) {
    if (progress.over) throw new Error(`the run ended before ${first} could be killed`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const pid of [first, ...others].flatMap((name) => processesOf(run, name)))
    process.kill(pid, "SIGKILL");
}

/** The connection goes with what is killed, so the command has no exit status of its own. */
function onHostAtOnce(host: string, command: string): Promise<unknown> {
  return shellOn(host, command).catch(() => undefined);
}

const killSshd = "kill -9 $(pidof sshd)";

// the lab's hosts share one disk, so a small file system with the same content takes the place of /etc
const fillEtc = `
set -e
mkdir -p /mnt/etc /mnt/full
mount --bind /etc /mnt/etc
size=$(du -sk --apparent-size /etc | cut -f 1)
mount -t tmpfs -o size=$((size * 2 + 512))k tmpfs /mnt/full
cp -a /etc/. /mnt/full
mount --bind /mnt/full /etc
head -c 1G /dev/zero >/etc/filled 2>/dev/null || true`;

const freeEtc = `
set -e
if mountpoint -q /etc; then
  rm -f /etc/filled
  umount -l /etc
  cp -au /mnt/full/. /mnt/etc
  umount -l /mnt/full /mnt/etc
fi`;

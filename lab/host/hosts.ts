import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { limitMemory } from "../machine/cgroup";
import {
  daemonDir,
  daemonProcess,
  daemonRuns,
  endDaemon,
  logTail,
  startOwnDaemon,
} from "../machine/daemon";
import { type LabHost, hostPaths } from "./host";
import { makeDisk, recordHost, recordedHost, recordedHosts, removeDisk } from "./host-disk";
import { clearHost } from "./supervisor";
import { LabError, unknownHost } from "../machine/lab-error";
import { setCable } from "../machine/network";
import { knownHostsFile } from "../machine/paths";
import { isAlive, signal, type ProcessIdentity } from "../machine/process-identity";
import { commandResult, pause } from "../machine/process";

const bootSeconds = 120;

/** A recorded host by name; throws with a suggestion for any other name. */
export function labHost(name: string): LabHost {
  const host = recordedHost(name);
  if (host) return host;
  throw unknownHost(
    name,
    recordedHosts().map((known) => known.name),
    "lab",
  );
}

/** Brings a host up: makes its disk when it has none, boots it unless it runs. Returns what was done. */
export async function raiseHost(wanted: LabHost): Promise<"made" | "booted" | "ran already"> {
  const recorded = recordedHost(wanted.name);
  if (recorded && daemonRuns(wanted.name)) {
    if (recorded.address !== wanted.address) throw movedHost(recorded, wanted);
    await changeMemory(recorded, wanted.memoryBytes);
    await waitForSsh(recorded);
    return "ran already";
  }
  const host = await hostOnDisk(recorded, wanted);
  await startHost(host);
  return recorded && host.disk === recorded.disk ? "booted" : "made";
}

/** Boots a host from its disk and waits until its sshd answers. */
export async function startHost(host: LabHost): Promise<void> {
  if (!daemonRuns(host.name)) {
    await endDaemon(host.name, 0); // the run-time folder of a process that is gone
    startOwnDaemon(host.name, ["supervise", host.name]);
  }
  await waitForSsh(host);
}

/** Ends a host as a power cut would; its disk stays. */
export async function killHost(host: LabHost): Promise<void> {
  await endDaemon(host.name, 15);
  await clearHost(host); // its supervisor did, unless it was killed itself
}

/** Ends a host and removes its disk: the next `up` makes a new one of that name. */
export async function removeHost(host: LabHost): Promise<void> {
  await killHost(host);
  await removeDisk(host.name);
}

/** Reboots a host as its power button would, and waits until its sshd answers again. */
export async function rebootHost(host: LabHost): Promise<void> {
  const before = nspawnProcess(host.name);
  if (!isAlive(before)) throw new LabError(`${host.name} is not running`);
  const children = await commandResult("ps", ["--ppid", String(before?.pid), "-o", "pid="]);
  const init = Number(children.stdout.trim().split("\n")[0]);
  if (!init) throw new LabError(`${host.name} has no first process`);
  process.kill(init, "SIGINT"); // systemd's ctrl-alt-del
  const deadline = Date.now() + bootSeconds * 1000;
  while (isAlive(before)) {
    if (Date.now() > deadline)
      throw new LabError(`${host.name} did not go down in ${bootSeconds} s`);
    await pause(50);
  }
  await waitForSsh(host);
}

/** Cuts or mends a host's network cable; a cut lasts over reboots. */
export async function cableHost(host: LabHost, up: boolean): Promise<void> {
  const { cut } = hostPaths(host.name);
  if (up) rmSync(cut, { force: true });
  else writeFileSync(cut, "");
  await setCable(host.name, host.address, up);
}

/** What a host is doing. */
export function hostState(host: LabHost): "running" | "cut" | "stopped" {
  if (!daemonRuns(host.name)) return "stopped";
  return existsSync(hostPaths(host.name).cut) ? "cut" : "running";
}

/** Lists every host's key by name and address, for strict checking. */
export function writeKnownHosts(): void {
  const lines = recordedHosts().map(({ name, address }) => {
    const [type, key] = readFileSync(`${hostPaths(name).hostKey}.pub`, "utf8").split(" ");
    return `${address},${name} ${type ?? ""} ${key ?? ""}\n`;
  });
  writeFileSync(knownHostsFile, lines.join(""));
}

async function hostOnDisk(recorded: LabHost | undefined, wanted: LabHost): Promise<LabHost> {
  const other = recordedHosts().find(
    ({ name, address }) => address === wanted.address && name !== wanted.name,
  );
  if (other) {
    throw new LabError(`${wanted.name}: ${wanted.address} is already ${other.name}'s in this lab`);
  }
  if (recorded?.address !== wanted.address) return makeDisk(wanted);
  await clearHost(recorded);
  const memory = wanted.memoryBytes ?? recorded.memoryBytes;
  const host = { ...recorded, ...(memory !== undefined && { memoryBytes: memory }) };
  await recordHost(host);
  return host;
}

async function changeMemory(host: LabHost, memoryBytes: number | undefined): Promise<void> {
  if (memoryBytes === undefined || memoryBytes === host.memoryBytes) return;
  await recordHost({ ...host, memoryBytes });
  limitMemory(host.name, memoryBytes);
}

function movedHost(recorded: LabHost, wanted: LabHost): LabError {
  return new LabError(
    `${wanted.name} runs at ${recorded.address}, the stack config says ${wanted.address}; ` +
      `end it first: lab remove ${wanted.name}`,
  );
}

function nspawnProcess(name: string): ProcessIdentity | undefined {
  try {
    // written by the supervisor alone
    return JSON.parse(readFileSync(`${daemonDir(name)}/nspawn.json`, "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

async function waitForSsh(host: LabHost): Promise<void> {
  if (hostState(host) === "cut") return;
  const deadline = Date.now() + bootSeconds * 1000;
  while (!(await sshAnswers(host.address))) {
    if (!daemonRuns(host.name)) {
      throw new LabError(`${host.name} ended while booting: ${logTail(host.name)}`);
    }
    if (Date.now() > deadline) {
      const supervisor = daemonProcess(host.name);
      if (supervisor) signal(supervisor, "SIGTERM");
      throw new LabError(
        `${host.name} does not answer on ${host.address}:22: ${logTail(host.name)}`,
      );
    }
    await pause(100);
  }
}

function sshAnswers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("data", (data) => settle(data.toString().startsWith("SSH-")));
    socket.on("error", () => settle(false));
    socket.on("timeout", () => settle(false));
    socket.on("close", () => settle(false));
  });
}

import { basename } from "node:path";
import type { LabHost } from "../host/host";
import { raiseHost, writeKnownHosts } from "../host/hosts";
import { LabError, unknownHost } from "../machine/lab-error";
import { prepareMachine } from "./machine-setup";
import { memoryBytes, stackHosts, stackText } from "../pulumi/stack-config";
import { withLabLock } from "../machine/lock";

/** Which hosts to bring up. */
export interface HostsUpOptions {
  readonly stackFile: string;
  /** All of the stack config's hosts when empty. */
  readonly names: readonly string[];
  /** Memory limits as `HOST=SIZE`. */
  readonly memory: readonly string[];
}

/** Makes and boots hosts of a stack config in parallel; running ones are left alone. */
export async function hostsUp(
  options: HostsUpOptions,
  progress: (line: string) => void,
): Promise<void> {
  const hosts = chosenHosts(options);
  await withLabLock(progress, async () => {
    await prepareMachine(progress);
    const results = await Promise.allSettled(
      hosts.map(async (host) => {
        const done = await raiseHost(host);
        if (done !== "ran already") progress(`${host.name} ${host.address} is up (${done})`);
      }),
    );
    writeKnownHosts();
    const failures = results.flatMap((result) =>
      result.status === "rejected" ? [(result.reason as Error).message] : [],
    );
    if (failures.length > 0) throw new LabError(failures.join("\nlab: "));
  });
  progress(`${hosts.length} host${hosts.length === 1 ? "" : "s"} up`);
}

function chosenHosts({ stackFile, names, memory }: HostsUpOptions): LabHost[] {
  const hosts = stackHosts(stackText(stackFile), stackFile);
  const known = hosts.map(({ name }) => name);
  const limits = new Map(memory.map((option) => memoryOption(option)));
  for (const name of [...names, ...limits.keys()]) {
    if (!known.includes(name)) throw unknownHost(name, known, basename(stackFile));
  }
  return hosts
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map((host) => {
      const limit = limits.get(host.name);
      return limit === undefined ? host : { ...host, memoryBytes: limit };
    });
}

function memoryOption(option: string): [string, number] {
  const [host = "", size = ""] = option.split("=");
  return [host, memoryBytes(size, `--memory ${option}`)];
}

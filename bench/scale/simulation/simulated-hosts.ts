import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { utils } from "ssh2";

/** What the process of the simulated hosts is told. */
export interface SimulatedHosts {
  readonly port: number;
  /** Private host key of all of them. */
  readonly hostKey: string;
  readonly hosts: readonly SimulatedHostAddress[];
}

export interface SimulatedHostAddress {
  readonly name: string;
  /** Where the provider finds it, in 127.0.0.0/8. */
  readonly listenAddress: string;
  /** Its own address in its own network. */
  readonly address: string;
}

/** Hosts `control-1` to `control-3` and as many workers, each with addresses of its own. */
export function hostAddresses(workers: number): SimulatedHostAddress[] {
  const names = ["control-1", "control-2", "control-3"].concat(
    Array.from({ length: workers }, (_, index) => `worker-${index + 1}`),
  );
  return names.map((name, index) => {
    const place = `${Math.floor(index / 200) + 1}.${(index % 200) + 10}`;
    return { name, listenAddress: `127.1.${place}`, address: `10.1.${place}` };
  });
}

/** Starts them in a process of their own; resolves when they answer. */
export async function startedHosts(
  bundle: string,
  port: number,
  hosts: readonly SimulatedHostAddress[],
): Promise<{ process: ChildProcess; hostKey: string }> {
  const pair = utils.generateKeyPairSync("ed25519");
  const input: SimulatedHosts = { port, hostKey: pair.private, hosts };
  const child = spawn(process.execPath, [bundle], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(input));
  await once(child.stdout, "data");
  return { process: child, hostKey: pair.public };
}

import { createServer, type AddressInfo } from "node:net";
import { eventually } from "../lab/lab";
import type { LabCluster } from "../lab/lab-cluster";
import { processesOf, startLab } from "../lab/running";

/** A service of a cluster at a port of this machine, as its users get it there by kubectl. */
export interface ForwardedService {
  /** Such as `http://localhost:41234`. */
  readonly address: string;
  readonly end: () => Promise<void>;
}

/** Starts `kubectl port-forward` and waits until an HTTP service answers there. */
export async function forwardedService(
  cluster: LabCluster,
  service: string,
  namespace: string,
  port: number,
): Promise<ForwardedService> {
  const here = await freePort();
  const to = ["-n", namespace, `service/${service}`, `${here}:${port}`];
  const running = startLab("kubectl", "--kubeconfig", cluster.kubeconfig, "port-forward", ...to);
  const end = async () => {
    // the lab's command line ends with it
    for (const pid of processesOf(running, "kubectl")) process.kill(pid);
    await running.finished;
  };
  const address = `http://localhost:${here}`;
  try {
    await eventually(`${service} answers at ${address}`, 30, () => fetch(address));
  } catch (error) {
    await end();
    throw error;
  }
  return { address, end };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // as it listens on TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
}

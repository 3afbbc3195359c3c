import { connect } from "node:net";

const deadlineMs = 5000;

/** Whether anyone accepts connections at `host:port`, as the operator's machine sees it. */
export function isReachable(endpoint: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${endpoint}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(deadlineMs, () => settle(false));
    socket.on("connect", () => settle(true));
    socket.on("error", () => settle(false));
  });
}

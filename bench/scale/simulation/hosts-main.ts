/** Simulated hosts behind one port of 127.0.0.0/8, an address each, in a process of their own. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { Server, type Connection, type ServerChannel } from "ssh2";
import { changeVerbs } from "./change-verbs";
import { lookVerbs } from "./look-verbs";
import { ShellInput } from "./shell-protocol";
import { SimulatedHost, type Verbs } from "./simulated-host";
import type { SimulatedHosts } from "./simulated-hosts";
import { surveyVerbs } from "./survey-verbs";
import { unitVerbs } from "./unit-verbs";

const verbs: Verbs = { ...lookVerbs, ...surveyVerbs, ...changeVerbs, ...unitVerbs };

function serveShell(host: SimulatedHost, channel: ServerChannel): void {
  const input = new ShellInput();
  channel.on("data", (chunk: Buffer) => {
    for (const request of input.push(chunk)) {
      const { stdout, stderr } = host.answer(request);
      channel.stderr.write(stderr);
      channel.write(stdout);
    }
  });
}

function serveConnection(host: SimulatedHost, connection: Connection): void {
  connection.on("authentication", (context) => {
    if (context.method === "publickey") context.accept();
    else context.reject(["publickey"]);
  });
  connection.on("session", (accept) => {
    accept().on("exec", (acceptCommand) => serveShell(host, acceptCommand()));
  });
  // a client that goes away without a word is no failure of the host
  connection.on("error", () => undefined);
}

function serve({ port, hostKey, hosts }: SimulatedHosts): void {
  const servers = new Map(
    hosts.map(({ name, listenAddress, address }) => {
      const host = new SimulatedHost(name, address, verbs);
      const serving = (connection: Connection): void => serveConnection(host, connection);
      return [listenAddress, new Server({ hostKeys: [hostKey] }, serving)] as const;
    }),
  );
  const listener = createServer((socket) => {
    const server = servers.get(socket.localAddress ?? "");
    if (server) server.injectSocket(socket);
    else socket.destroy();
  });
  listener.listen(port, "0.0.0.0", () => console.log("ready"));
}

serve(JSON.parse(readFileSync(0, "utf8")) as SimulatedHosts); // written by simulated-hosts.ts

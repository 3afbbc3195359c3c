/** An SSH server of this process, whose shells run as whoever runs the tests. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, type Connection, type ServerChannel } from "ssh2";
import type { HostConnection, ProviderSettings } from "../../../provider/api";

interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** By OpenSSH: now and then the library makes a key that it can't read itself. */
function keyPair(): KeyPair {
  const file = join(mkdtempSync(join(tmpdir(), "plinth-key-")), "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  return { private: readFileSync(file, "utf8"), public: readFileSync(`${file}.pub`, "utf8") };
}

const login = keyPair();
const hostKey = keyPair();

/** A server that counts the connections and shells that it was asked for. */
export class SshServer {
  connections = 0;
  shells = 0;
  private readonly open = new Set<Connection>();
  private readonly server = new Server({ hostKeys: [hostKey.private] });
  // as sshd, it sends small messages at once
  private readonly listener = createServer({ noDelay: true }, (socket) =>
    this.server.injectSocket(socket),
  );

  private constructor() {
    this.server.on("connection", (connection) => this.serve(connection));
  }

  static async start(): Promise<SshServer> {
    const started = new SshServer();
    await new Promise<void>((ready) => started.listener.listen(0, "127.0.0.1", ready));
    return started;
  }

  get host(): HostConnection {
    const { port } = this.listener.address() as AddressInfo; // it listens on TCP
    return { name: "h1", address: "127.0.0.1", port, user: "root" };
  }

  /** Settings with a known_hosts file of the given lines, in which `HOST` and `KEY` are the server's. */
  settings(...lines: readonly string[]): ProviderSettings {
    const file = join(mkdtempSync(join(tmpdir(), "plinth-known-")), "known_hosts");
    const key = hostKey.public.split(" ").slice(0, 2).join(" ");
    const name = `[127.0.0.1]:${this.host.port}`;
    writeFileSync(file, lines.join("\n").replaceAll("HOST", name).replaceAll("KEY", key));
    const credentials = { privateKey: login.private, knownHostsFile: file };
    return { ...credentials, connectTimeoutSeconds: 10, maintenance: [], lost: [] };
  }

  /** Cuts every connection that stands. */
  cut(): void {
    for (const connection of this.open) connection.end();
    this.open.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((closed) => this.listener.close(() => closed()));
  }

  private serve(connection: Connection): void {
    this.connections++;
    this.open.add(connection);
    connection.on("authentication", (context) => {
      if (context.method === "publickey") context.accept();
      else context.reject(["publickey"]);
    });
    connection.on("session", (accept) => {
      accept().on("exec", (acceptCommand, _, { command }) => {
        this.shells++;
        runCommand(acceptCommand(), command);
      });
    });
    connection.on("error", () => undefined);
    connection.on("close", () => this.open.delete(connection));
  }
}

function runCommand(channel: ServerChannel, command: string): void {
  const child = spawn("sh", ["-c", command], { stdio: "pipe", detached: true });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (chunk: Buffer) => channel.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => channel.stderr.write(chunk));
  child.on("close", (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
  // with everything that it has started
  channel.on("close", () => child.pid !== undefined && killGroup(child.pid));
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/** What tests do to the host behind the provider's back, and how they look at it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { testHost, testSettings } from "./harness";

/** Output of a shell script that root runs on the host. */
export function onHost(script: string): string {
  const options = [
    "-i",
    testSettings.privateKeyFile ?? "",
    "-o",
    `UserKnownHostsFile=${testSettings.knownHostsFile ?? ""}`,
    "-o",
    "StrictHostKeyChecking=yes",
    "-o",
    "LogLevel=ERROR",
    "-o",
    "ControlMaster=auto",
    "-o",
    "ControlPersist=20",
    "-o",
    // of this run alone: another one may have other hosts at the same addresses
    `ControlPath=/tmp/plinth-test-${String(process.pid)}-%C`,
    "-p",
    String(testHost.port),
  ];
  const destination = `${testHost.user}@${testHost.address}`;
  return execFileSync("ssh", [...options, destination, "sh", "-s"], {
    input: script,
    encoding: "utf8",
  });
}

/** Everything that a layer could leave behind: files, users, units, links. */
export function traces(): string[] {
  return onHost(`
    find /etc /opt /srv /usr/local /var/lib/plinth* /run/plinth -xdev \\
      ! -path '*/.updated' ! -path '/etc/*-' ! -path /etc/mtab 2>/dev/null | sort
    getent passwd | cut -d: -f1
    getent group | cut -d: -f1
    systemctl list-units --all --plain --no-legend 'plinth*' 2>/dev/null | cut -d' ' -f1
    ls /sys/fs/cgroup/systemd/system.slice 2>/dev/null | grep plinth || true`)
    .split("\n")
    .filter(Boolean);
}

/** State of a unit: its InvocationID, which changes with every start. */
export function invocation(unit: string): string {
  return onHost(`systemctl show -p InvocationID --value ${unit}`).trim();
}

/** Inode and times of paths: any rewriting changes them. */
export function stamps(...paths: string[]): string {
  return onHost(`stat -c '%n %i %y %z %a %U' ${paths.join(" ")}`);
}

/** An HTTP server on this machine that the host under test can reach. */
export class ArtifactServer {
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly address: string,
    private readonly files: Map<string, Buffer>,
  ) {}

  static async start(): Promise<ArtifactServer> {
    const files = new Map<string, Buffer>();
    const server = createServer((request, response) => {
      const body = files.get(request.url ?? "");
      if (request.method === "GET") artifacts.requests.push(request.url ?? "");
      response.writeHead(body ? 200 : 404, body && { "content-length": body.length });
      response.end(request.method === "HEAD" ? undefined : body);
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    const own = onHost('echo "$SSH_CLIENT"').split(" ")[0] ?? "127.0.0.1";
    const { port } = server.address() as AddressInfo;
    const artifacts = new ArtifactServer(server, `http://${own}:${port}`, files);
    return artifacts;
  }

  /** Serves bytes; gives what a layer's binary needs to fetch them. */
  put(name: string, body: Buffer): { url: string; sha256: string } {
    this.files.set(`/${name}`, body);
    return {
      url: `${this.address}/${name}`,
      sha256: createHash("sha256").update(body).digest("hex"),
    };
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

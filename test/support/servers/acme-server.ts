import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, finished, started, type Running } from "../lab/lab";
import { toolFolder } from "../lab/tool-folder";

/** The lab's bridge, where hosts and pods find it. */
const address = "10.88.0.1";

/** Pebble, a real ACME server with an authority of its own, and the DNS server that it asks. */
export class AcmeServer {
  /** Its directory. */
  readonly directory = `https://${address}:14000/dir`;
  /** PEM file of what vouches for the server itself. */
  readonly caFile: string;
  /** PEM file of the authority by which it issues certificates, as soon as it runs. */
  readonly rootFile: string;
  private readonly running: Running[] = [];

  /** Its certificates are good for so many seconds. */
  constructor(
    private readonly folder: string,
    private readonly validitySeconds: number,
  ) {
    this.caFile = join(folder, "ca.pem");
    this.rootFile = join(folder, "root.pem");
    const names = `subjectAltName=IP:${address},IP:127.0.0.1`;
    const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    const files = ["-keyout", join(folder, "key.pem"), "-out", this.caFile];
    const args = ["req", "-x509", ...made, "-subj", "/CN=pebble", "-addext", names, ...files];
    execFileSync("openssl", args, { stdio: "ignore" });
  }

  /** Starts it, with addresses by host name. */
  async start(names: Readonly<Record<string, string>>): Promise<void> {
    const folder = await toolFolder("pebble");
    const none = ["http01", "https01", "tlsalpn01", "doh", "defaultIPv4", "defaultIPv6"];
    this.running.push(
      started(join(folder, "pebble-challtestsrv"), [
        ...none.flatMap((name) => [`-${name}`, ""]),
        ...["-dnsserver", `${address}:53`, "-management", "127.0.0.1:8055"],
      ]),
      started(
        join(folder, "pebble"),
        ["-config", this.configFile(), "-dnsserver", `${address}:53`],
        { PEBBLE_VA_NOSLEEP: "1" },
      ),
    );
    for (const [host, at] of Object.entries(names)) {
      const record = JSON.stringify({ host: `${host}.`, addresses: [at] });
      const url = "http://127.0.0.1:8055/add-a";
      await eventually("the DNS server answers", 10, () => this.curl("--data", record, url));
    }
    const root = ["-o", this.rootFile, "https://127.0.0.1:15000/roots/0"];
    await eventually("Pebble answers", 10, () => this.curl(...root));
  }

  async end(): Promise<void> {
    for (const { pid } of this.running) process.kill(pid);
    await Promise.all(this.running.map((each) => each.finished));
  }

  private async curl(...args: readonly string[]): Promise<string | undefined> {
    const { status, stdout } = await finished("curl", ["-sSf", "--cacert", this.caFile, ...args]);
    return status === 0 ? stdout : undefined;
  }

  private configFile(): string {
    const pebble = {
      listenAddress: `${address}:14000`,
      managementListenAddress: "127.0.0.1:15000",
      certificate: this.caFile,
      privateKey: join(this.folder, "key.pem"),
      httpPort: 80,
      tlsPort: 443,
      profiles: {
        default: { description: "the only one", validityPeriod: this.validitySeconds },
      },
      retryAfter: { authz: 1, order: 1 },
      keyAlgorithm: "ecdsa",
    };
    const file = join(this.folder, "pebble.json");
    writeFileSync(file, JSON.stringify({ pebble }));
    return file;
  }
}

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bridge } from "../../../lab/machine/network";
import { finished, started, succeeded, type Running } from "../lab/lab";

const namespace = "plinth-test-router";
const cable = "plinth-router";

/**
 * A router in the lab's network that learns its routes by BGP: Debian's BIRD, in a network namespace of
 * its own, taken from its package without installing it, as that would start another one.
 */
export class BgpRouter {
  private readonly folder = mkdtempSync(join(tmpdir(), "plinth-router-"));
  private bird: Running | undefined;

  constructor(
    private readonly address: string,
    private readonly asn: number,
  ) {}

  /** Starts it; `peers` are the addresses of those who may tell it routes, of one AS. */
  async start(peerAsn: number, peers: readonly string[]): Promise<void> {
    await this.unpackBird();
    await this.removeNamespace(); // what an earlier run that was cut off left
    await ip("netns", "add", namespace);
    await ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    await ip("link", "set", cable, "master", bridge, "up");
    // a router, unlike a host, does not believe a node that sends it elsewhere
    await ip("netns", "exec", namespace, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    await ip("-n", namespace, "link", "set", "lo", "up");
    await ip("-n", namespace, "link", "set", "eth0", "up");
    await ip("-n", namespace, "address", "add", `${this.address}/24`, "dev", "eth0");
    const file = join(this.folder, "bird.conf");
    writeFileSync(file, this.configuration(peerAsn, peers));
    const options = ["-f", "-c", file, "-s", join(this.folder, "control")];
    const bird = join(this.folder, "usr/sbin/bird");
    const libraries = { LD_LIBRARY_PATH: librariesBelow(this.folder) };
    const inside = ["netns", "exec", namespace];
    this.bird = started("ip", [...inside, bird, ...options], libraries);
  }

  /** The next hops of a network that it was told of. */
  async nextHops(network: string): Promise<readonly string[]> {
    const { stdout } = await succeeded("ip", ["-n", namespace, "route", "show", network]);
    return [...stdout.matchAll(/via (\S+)/g)].map(([, hop = ""]) => hop).sort();
  }

  /** What answers there to somebody behind the router; throws where nothing does. */
  async page(url: string): Promise<string> {
    const curl = ["curl", "-sSf", "--max-time", "3", url];
    return (await succeeded("ip", ["netns", "exec", namespace, ...curl])).stdout;
  }

  async stop(): Promise<void> {
    if (this.bird !== undefined) {
      process.kill(this.bird.pid);
      await this.bird.finished;
    }
    await this.removeNamespace();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async unpackBird(): Promise<void> {
    const packages = ["bird2", "libssh-gcrypt-4"];
    await succeeded("env", ["-C", this.folder, "apt-get", "download", ...packages]);
    for (const file of readdirSync(this.folder).filter((name) => name.endsWith(".deb")))
      await succeeded("dpkg", ["-x", join(this.folder, file), this.folder]);
  }

  private configuration(peerAsn: number, peers: readonly string[]): string {
    const sessions = peers.map(
      (peer) => `protocol bgp {
  local ${this.address} as ${this.asn};
  neighbor ${peer} as ${peerAsn};
  passive on;
  ipv4 { import all; export none; };
}
`,
    );
    return `router id ${this.address};
protocol device { }
protocol kernel { merge paths on; ipv4 { import none; export all; }; }
${sessions.join("")}`;
  }

  private async removeNamespace(): Promise<void> {
    await finished("ip", ["netns", "delete", namespace]);
    // its end of the cable goes a moment later than the namespace
    await finished("ip", ["link", "delete", cable]);
  }
}

function librariesBelow(folder: string): string {
  const library = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) =>
    name.endsWith("/libssh-gcrypt.so.4"),
  );
  if (library === undefined) throw new Error(`no libssh-gcrypt.so.4 below ${folder}`);
  return dirname(join(folder, library));
}

function ip(...args: readonly string[]): Promise<unknown> {
  return succeeded("ip", args);
}

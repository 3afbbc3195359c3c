import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostConnection, ProviderSettings } from "../../provider/api";
import { layer, testHost, testSettings, TestProvider } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

const scratch = mkdtempSync(join(tmpdir(), "plinth-connections-"));
const keyFile = testSettings.privateKeyFile ?? "";
const operator = "plinth-operator";
const file = { content: "x\n", mode: "0600", owner: "root:root" };

/** The host's public key, as its known_hosts file has it. */
function hostKey(): string {
  const args = ["-F", testHost.address, "-f", testSettings.knownHostsFile ?? ""];
  const lines = execFileSync("ssh-keygen", args, { encoding: "utf8" }).split("\n");
  const line = lines.find((text) => text.includes("ssh-ed25519")) ?? "";
  return line.split(" ").slice(1, 3).join(" ");
}

/** Creates and removes a layer; gives the error, if there was one. */
async function attempt(
  host: Partial<HostConnection>,
  settings: Partial<ProviderSettings> = {},
): Promise<string | undefined> {
  const provider = await TestProvider.start({ ...testSettings, ...settings });
  const one = layer({
    layer: "connections",
    host: { ...testHost, ...host },
    files: { "/etc/plinth-connections": file },
  });
  const { error } = await provider.create(one);
  if (error === undefined) await provider.delete(one);
  await provider.stop();
  return error;
}

describe("ways to a host", () => {
  test("a given host key", async () => {
    expect(await attempt({ hostKey: hostKey() }, { knownHostsFile: "/nowhere" })).toBeUndefined();
  });

  test("hashed names in the known hosts", async () => {
    const hashed = join(scratch, "hashed");
    writeFileSync(hashed, `${testHost.address} ${hostKey()}\n`);
    execFileSync("ssh-keygen", ["-H", "-f", hashed], { stdio: "ignore" });
    expect(readFileSync(hashed, "utf8")).toMatch(/^\|1\|/);
    expect(await attempt({}, { knownHostsFile: hashed })).toBeUndefined();
  });

  test("the private key itself, and one with a passphrase", async () => {
    const locked = join(scratch, "locked");
    writeFileSync(locked, readFileSync(keyFile), { mode: 0o600 });
    execFileSync("ssh-keygen", ["-p", "-q", "-P", "", "-N", "open sesame", "-f", locked]);
    const { privateKeyFile, ...without } = testSettings;
    expect(privateKeyFile).toBeDefined();
    const privateKey = readFileSync(locked, "utf8");
    const provider = await TestProvider.start({
      ...without,
      privateKey,
      passphrase: "open sesame",
    });
    expect(
      (
        await provider.survey({
          hosts: [testHost],
          modules: [],
          commands: [],
          paths: [],
          disks: [],
          texts: [],
          probes: {},
        })
      ).hosts[testHost.name]?.error,
    ).toBeUndefined();
    await provider.stop();
    expect(await attempt({}, { privateKeyFile: locked, passphrase: "wrong" })).toMatch(
      /can't use key file .*locked: .*bad passphrase.*; check it/,
    );
  });

  test("an agent", async () => {
    const socket = join(scratch, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    await until(() => existsSync(socket));
    execFileSync("ssh-add", ["-q", keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    const { privateKeyFile, ...without } = testSettings;
    expect(privateKeyFile).toBeDefined();
    const provider = await TestProvider.start({ ...without, agentSocket: socket });
    const { hosts } = await provider.survey({
      hosts: [testHost],
      modules: [],
      commands: [],
      paths: [],
      disks: ["/var/lib/never/made"],
      texts: [],
      probes: {},
    });
    await provider.stop();
    agent.kill();
    expect(hosts[testHost.name]?.error).toBeUndefined();
  });

  test("through a bastion", async () => {
    const { address, port, user } = testHost;
    expect(
      await attempt({ address: "127.0.0.1", hostKey: hostKey(), bastion: { address, port, user } }),
    ).toBeUndefined();
    expect(await attempt({ bastion: { address, port: 1, user } })).toContain(
      `bastion of ${testHost.name} (${address}:1)`,
    );
  });
});

describe("login as somebody else than root", () => {
  beforeAll(() => {
    onHost(`useradd -m -s /bin/bash ${operator}; echo '${operator}:open sesame' | chpasswd
      mkdir -p -m 700 /home/${operator}/.ssh; cp /root/.ssh/authorized_keys /home/${operator}/.ssh/
      chown -R ${operator} /home/${operator}/.ssh`);
  });
  afterAll(() => {
    onHost(
      `rm -f /etc/sudoers.d/${operator}
      while pkill -u ${operator}; do sleep 0.1; done; userdel -r ${operator} 2>/dev/null; true`,
    );
  });
  const sudoers = (rule: string): string =>
    onHost(`echo '${operator} ALL=(ALL) ${rule}' >/etc/sudoers.d/${operator}`);

  test("who can't become root is told so, but is surveyed", async () => {
    expect(await attempt({ user: operator })).toMatch(
      new RegExp(
        `${operator} can't become root: .*allow it password-less sudo or set sudoPassword`,
      ),
    );
    const provider = await TestProvider.start();
    const host = { ...testHost, user: operator };
    const { hosts } = await provider.survey({
      hosts: [host],
      modules: [],
      commands: ["sh"],
      paths: [],
      disks: ["/var/lib/never/made"],
      texts: [],
      probes: {},
    });
    await provider.stop();
    expect(hosts[testHost.name]?.facts).toMatchObject({
      privilege: "none",
      commands: ["sh"],
      distribution: "debian",
    });
    expect(hosts[testHost.name]?.facts?.freeDiskMiB["/var/lib/never/made"]).toBeGreaterThan(0);
  });

  test("sudo without a password", async () => {
    sudoers("NOPASSWD: ALL");
    expect(await attempt({ user: operator })).toBeUndefined();
    expect(await attempt({ user: operator }, { sudoPassword: "not asked for" })).toBeUndefined();
  });

  test("sudo with a password, which never shows up", async () => {
    sudoers("ALL");
    expect(await attempt({ user: operator })).toContain("can't become root");
    expect(await attempt({ user: operator }, { sudoPassword: "open sesame" })).toBeUndefined();
    const error = await attempt({ user: operator }, { sudoPassword: "wrong one" });
    expect(error).toContain("can't become root");
    expect(error).not.toContain("wrong one");
  });

  test.each(["/bin/bash", "/bin/dash"])("a login shell %s", async (shell) => {
    sudoers("NOPASSWD: ALL");
    onHost(`usermod -s ${shell} ${operator}`);
    expect(await attempt({ user: operator })).toBeUndefined();
  });
});

describe("the process of the provider", () => {
  test("many layers of one host share one connection", async () => {
    const provider = await TestProvider.start();
    const layers = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) =>
      layer({ layer: name, files: { [`/etc/plinth-${name}`]: file } }),
    );
    const errors = await Promise.all(
      layers.map((one) => provider.create(one).then(({ error }) => error)),
    );
    expect(errors.filter(Boolean)).toEqual([]);
    expect(onHost("ls /etc/plinth-?").split("\n").filter(Boolean)).toHaveLength(8);
    const connections = onHost("ss -Htn state established '( sport = :22 )'")
      .split("\n")
      .filter(Boolean);
    expect(connections.length).toBeLessThanOrEqual(3);
    await Promise.all(layers.map((one) => provider.delete(one)));
    await provider.stop();
    expect(onHost("ls -d /etc/plinth* /run/plinth 2>/dev/null; true")).toBe("");
  });

  test("it ends when its engine is gone, and gives its lease back", async () => {
    const provider = await TestProvider.start();
    const script = `const {spawn}=require("child_process");const c=spawn(process.execPath,${JSON.stringify(provider.process.spawnargs.slice(1))},{stdio:["ignore","pipe","inherit"]});c.stdout.once("data",()=>console.log(c.pid));setInterval(()=>0,1000)`;
    const engine = spawn(process.execPath, ["-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<number>((resolve) =>
      engine.stdout.once("data", (data: Buffer) => resolve(Number(data.toString()))),
    );
    engine.kill("SIGKILL");
    await until(() => !isRunning(pid));
    await provider.stop();
  });
});

/** Resolved once something holds; the test's own deadline ends the waiting. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

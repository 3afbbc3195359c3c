import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { HostConnection } from "../../provider/api";
import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { layer, testHost, testSettings, TestProvider } from "../support/provider/harness";
import { ArtifactServer, onHost, traces } from "../support/provider/remote";

const unit = "plinth-failing.service";
const file = { content: "x\n", mode: "0644", owner: "root:root" };

function withUnit(command: string, parts: Partial<HostLayerInputs> = {}): HostLayerInputs {
  const content = `[Service]\nExecStart=${command}\n[Install]\nWantedBy=multi-user.target\n`;
  return layer({
    layer: "failing",
    files: { "/etc/plinth-failing/a": file },
    units: {
      [unit]: {
        content,
        enabled: true,
        running: true,
        restartOn: ["/etc/plinth-failing/a"],
        reloadOn: [],
      },
    },
    unitOrder: [unit],
    ...parts,
  });
}

describe("a change that fails", () => {
  let provider: TestProvider;
  let artifacts: ArtifactServer;
  let before: string[];
  const good = withUnit("/bin/sleep 5000");

  beforeAll(async () => {
    artifacts = await ArtifactServer.start();
  });
  beforeEach(async () => {
    provider = await TestProvider.start();
    await provider.delete(good);
    before = traces();
  });
  afterEach(() => provider.stop());
  afterAll(async () => {
    const last = await TestProvider.start();
    await last.delete(good);
    await last.stop();
    artifacts.stop();
  });

  test("a unit that does not start is named with its host and its journal, and is continued", async () => {
    const outcome = await provider.create(withUnit("/bin/sh -c 'echo out of cheese; exit 3'"));
    expect(outcome.partial).toBe(true);
    expect(outcome.error).toMatch(/^\S+: plinth-failing.service (failed|does not stay up)$/m);
    expect(outcome.error).toContain(`${testHost.name}: `);
    expect(outcome.error).toContain("out of cheese");
    const found = await provider.read(good);
    expect(found.unfinished).toBe("the last change of this layer did not finish");
    expect((await provider.update(found, good)).error).toBeUndefined();
    expect(await provider.diff(await provider.read(good), good)).toEqual({});
  });

  test("a unit that crashes again and again is found out", async () => {
    const crashing = withUnit("/bin/false");
    const content = crashing.units[unit]?.content.replace(
      "[Service]",
      "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=always\nRestartSec=1",
    );
    const looping = { ...crashing, units: { [unit]: { ...crashing.units[unit], content } } };
    const { error, partial } = await provider.create(looping);
    expect(partial).toBe(true);
    expect(error).toContain(`${unit} does not stay up`);
  });

  test("a check that never passes is named, with the deadline", async () => {
    const check = {
      kind: "command",
      command: ["test", "-e", "/nowhere"],
      deadlineSeconds: 1,
    } as const;
    const { error, partial } = await provider.create({ ...good, ready: [check] });
    expect(partial).toBe(true);
    expect(error).toContain('not ready after 1 s: "test -e /nowhere"');
  });

  test("a wrong checksum installs nothing and names both sums and the URL", async () => {
    const { url, sha256 } = artifacts.put("wrong", Buffer.from("wrong"));
    const wrong = {
      ...good,
      binaries: { "/opt/plinth-failing": { url, sha256: "0".repeat(64), mode: "0755" } },
    };
    const { error } = await provider.create(wrong);
    expect(error).toContain(
      `checksum mismatch of ${url}: got sha256 ${sha256}, expected ${"0".repeat(64)}`,
    );
    expect(error).toContain(testHost.name);
    expect(
      onHost("ls -A /opt; ls /etc/plinth-failing 2>/dev/null | grep -v plinth-new; true"),
    ).not.toContain("plinth");
    await provider.delete(wrong);
  });

  test("an artifact that is not there and an archive without the member are named", async () => {
    const missing = { url: `${artifacts.address}/nowhere`, sha256: "0".repeat(64), mode: "0755" };
    const first = await provider.create({ ...good, binaries: { "/opt/plinth-failing": missing } });
    expect(first.error).toContain(`can't fetch ${missing.url}`);
    const { url, sha256 } = artifacts.put("noarchive.tgz", Buffer.from("no archive"));
    const binary = { url, sha256, member: "bin/x", mode: "0755" };
    const second = await provider.create({ ...good, binaries: { "/opt/plinth-failing": binary } });
    expect(second.error).toContain(`can't unpack ${url}`);
  });

  test("a full disk is one clear error before anything is written", async () => {
    onHost("mkdir -p /opt/plinth-full && mount -t tmpfs -o size=1m none /opt/plinth-full");
    const { url, sha256 } = artifacts.put("big", Buffer.alloc(3 << 20));
    const binary = { url, sha256, mode: "0755" };
    const { error } = await provider.create({
      ...good,
      binaries: { "/opt/plinth-full/big": binary },
    });
    onHost("umount /opt/plinth-full; rmdir /opt/plinth-full");
    expect(error).toMatch(
      /no space left for \/opt\/plinth-full.*: 1 MiB free on its file system, \d+ MiB needed/,
    );
  });

  test("an owner that does not exist is named", async () => {
    const { error } = await provider.create({
      ...good,
      files: { "/etc/plinth-failing/a": { ...file, owner: "nobody-here:root" } },
    });
    expect(error).toContain("owner nobody-here:root: there is no user nobody-here");
  });

  test("a connection that is cut half way is continued by the next run", async () => {
    const slow = withUnit("/bin/sleep 5000", {
      ready: [{ kind: "command", command: ["test", "-e", "/run/plinth-go"], deadlineSeconds: 30 }],
    });
    const running = provider.create(slow);
    await provider.said(/waiting for/);
    onHost("kill $(ps -o ppid= -p $(pgrep -f '[p]linth:' | head -n 1))");
    const { error, partial } = await running;
    expect({ partial, error }).toEqual({
      partial: true,
      error: expect.stringContaining("the connection was lost while waiting for"),
    });
    const started = onHost(`systemctl show -p InvocationID --value ${unit}`);
    onHost("touch /run/plinth-go");
    expect((await provider.update(slow, slow)).error).toBeUndefined();
    onHost("rm /run/plinth-go");
    expect(onHost(`systemctl show -p InvocationID --value ${unit}`)).toBe(started);
    expect(await provider.diff(await provider.read(slow), slow)).toEqual({});
  });

  test("cancel ends the waiting and keeps what is there", async () => {
    const slow = withUnit("/bin/sleep 5000", {
      ready: [{ kind: "command", command: ["false"], deadlineSeconds: 60 }],
    });
    const running = provider.create(slow);
    await provider.said(/waiting for/);
    await provider.cancel();
    const { error, partial } = await running;
    expect({ partial, error }).toEqual({
      partial: true,
      error: expect.stringContaining('cancelled while waiting for "false"'),
    });
  });

  test("a host of another cluster is refused untouched", async () => {
    onHost(`mkdir -p /etc/plinth; echo '{"cluster":"theirs"}' >/etc/plinth/cluster.json`);
    const foreign = traces();
    const { error, partial } = await provider.create(good);
    expect({ partial, error }).toEqual({
      partial: false,
      error: expect.stringContaining(
        'belongs to another cluster: /etc/plinth/cluster.json says {"cluster":"theirs"}',
      ),
    });
    await expect(provider.delete(good)).rejects.toThrow("belongs to another cluster");
    expect(traces()).toEqual(foreign);
    onHost("rm -r /etc/plinth");
  });

  test("a second operator is refused while the first one works, and may work afterwards", async () => {
    const other = await TestProvider.start();
    const [file2] = [{ ...layer({ layer: "other", files: { "/etc/plinth-other": file } }) }];
    expect((await provider.create(good)).error).toBeUndefined();
    const refused = await other.create(file2);
    expect(refused.partial).toBe(false);
    expect(refused.error).toMatch(/is being changed by \S+@\S+ \(pid \d+\) since \S+ \S+ UTC/);
    await provider.stop();
    expect((await other.create(file2)).error).toBeUndefined();
    await other.delete(file2);
    await other.stop();
  });

  test("the lease of a run that was killed is taken over", async () => {
    await provider.stop();
    const killed = await TestProvider.start();
    expect((await killed.create(good)).error).toBeUndefined();
    killed.process.kill("SIGKILL");
    await new Promise((resolve) => killed.process.once("exit", resolve));
    expect(onHost("cat /run/plinth/lease.json")).toContain(String(killed.process.pid));
    await killed.stop();
    const next = await TestProvider.start();
    await next.delete(good);
    await next.stop();
    expect(traces().filter((path) => !path.startsWith("/run/plinth"))).toEqual(
      before.filter((path) => !path.startsWith("/run/plinth")),
    );
  });
});

describe("a host that can't be reached", () => {
  const at = (host: Partial<HostConnection>, settings = {}): Promise<string> =>
    failure({ ...testHost, ...host }, { ...testSettings, connectTimeoutSeconds: 2, ...settings });

  async function failure(host: HostConnection, settings: typeof testSettings): Promise<string> {
    const provider = await TestProvider.start(settings);
    const { error = "" } = await provider.create(layer({ host }));
    const read = await provider.read(layer({ host }));
    const removed = await provider
      .delete(layer({ host }))
      .catch((reason: unknown) => String(reason));
    await provider.stop();
    // a refresh goes on, for the survey after it knows what the run may do without
    expect(read.unseen).toBe("not looked at, the host could not be reached");
    expect(provider.logs.map(({ text }) => text)).toContain(
      `${error}; layer test is shown as it was stated`,
    );
    expect(removed).toContain(error);
    expect(removed).toContain(
      `if the host is gone for good, name it in the config: lost: [${host.name}]`,
    );
    return error;
  }

  test("an address that does not answer fails within the time given, with what to do", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    const error = await at({
      address: "127.0.0.1",
      port,
      hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
    });
    silent.close();
    expect(error).toContain(
      `${testHost.name} (127.0.0.1:${port}): not reachable over SSH: no answer within 2 s; check that the host is up`,
    );
  });

  test("a refused port is named", async () => {
    const error = await at({ port: 1, hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA" });
    expect(error).toContain("ECONNREFUSED");
  });

  test("an unknown host key is never trusted", async () => {
    writeFileSync("/tmp/plinth-empty-known-hosts", "");
    const error = await at({}, { knownHostsFile: "/tmp/plinth-empty-known-hosts" });
    expect(error).toContain("its host key is not known (/tmp/plinth-empty-known-hosts)");
    expect(error).toContain("ssh-keyscan -p 22");
  });

  test("another host key is refused with both fingerprints", async () => {
    const error = await at({
      hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJgZ3yVJUgBqG4jYQbCsGkEXZDDeAwq2q6l0XhM9cd7d",
    });
    expect(error).toMatch(
      /refused, the host key SHA256:\S{43} \(ssh-ed25519\) is not the expected SHA256:\S{43} \(ssh-ed25519\) from its hostKey/,
    );
  });

  test("a login that is refused says with what it was tried", async () => {
    const error = await at({ user: "nobody" });
    expect(error).toContain(
      `login as nobody was refused with key file ${testSettings.privateKeyFile ?? ""}`,
    );
  });
});

describe("input that makes no sense", () => {
  let provider: TestProvider;
  beforeAll(async () => (provider = await TestProvider.start()));
  afterAll(() => provider.stop());
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const sleeping = withUnit("/bin/sleep 5000");
  const unitWith = (parts: object): object => ({
    ...sleeping,
    units: { [unit]: { ...sleeping.units[unit], ...parts } },
  });

  test.each<[string, object, Record<string, string>]>([
    [
      "a relative path",
      layer({ files: { "etc/x": file } }),
      {
        'files["etc/x"]': expect.stringContaining(
          'is "etc/x", expected an absolute path',
        ) as string,
      },
    ],
    [
      "a mode",
      layer({ files: { "/etc/x": { ...file, mode: "rw" } } }),
      { 'files["/etc/x"].mode': 'is "rw", expected octal text such as "0644"' },
    ],
    [
      "a misspelt property",
      { ...layer({}), fils: {} },
      { "": expect.stringContaining("fils") as string },
    ],
    [
      "restartOn of a path that is not there",
      unitWith({ restartOn: ["/etc/y"] }),
      {
        [`units["${unit}"].restartOn`]:
          "names /etc/y, which is no file, binary or link of this layer",
      },
    ],
    [
      "enabled without [Install]",
      unitWith({ content: "[Service]\nExecStart=/x\n" }),
      { [`units["${unit}"].enabled`]: "is true, but the unit has no [Install] section" },
    ],
    [
      "a unit missing in the order",
      { ...sleeping, unitOrder: ["other.service"] },
      { unitOrder: expect.stringContaining("must name every unit") as string },
    ],
    [
      "a data directory that is not the program's own",
      layer({ dataDirectories: ["/var/lib"] }),
      { "dataDirectories[0]": expect.stringContaining('is "/var/lib"') as string },
    ],
    [
      "a path claimed twice",
      layer({ files: { "/etc/x": file }, links: { "/etc/x": { target: "y" } } }),
      { 'links["/etc/x"]': "is listed under files, too" },
    ],
  ])("%s is named", async (_, inputs, failures) => {
    expect((await provider.check(inputs)).failures).toEqual(failures);
  });

  test("what is still unknown is not judged", async () => {
    const inputs = {
      ...layer({ files: { "/etc/x": { content: unknown, mode: unknown, owner: unknown } } }),
      sysctls: unknown,
    };
    expect((await provider.check(inputs)).failures).toEqual({});
  });

  test("short forms become the form that a host shows, and absent maps empty", async () => {
    const { host, cluster } = layer({});
    const { inputs, failures } = await provider.check({
      host,
      cluster,
      layer: "x",
      files: { "/etc/x": { content: "", mode: "644", owner: "root" } },
    });
    expect(failures).toEqual({});
    expect(inputs).toEqual(
      layer({ layer: "x", files: { "/etc/x": { content: "", mode: "0644", owner: "root:root" } } }),
    );
  });
});

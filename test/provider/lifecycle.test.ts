import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import {
  archivedBinary,
  configFile,
  exampleLayer,
  plainBinary,
  secretFile,
  serviceUnit,
  sleeper,
} from "../support/provider/example-layer";
import { TestProvider } from "../support/provider/harness";
import { ArtifactServer, invocation, onHost, stamps, traces } from "../support/provider/remote";

// each test goes on from the host that the one before it left
describe("life of a layer", () => {
  let provider: TestProvider;
  let artifacts: ArtifactServer;
  let layer: HostLayerInputs;
  let before: string[];

  beforeAll(async () => {
    artifacts = await ArtifactServer.start();
    provider = await TestProvider.start();
    layer = exampleLayer(artifacts);
    await provider.delete(layer);
    before = traces();
  });
  afterAll(async () => {
    await provider.delete(layer);
    await provider.stop();
    artifacts.stop();
  });

  test("the example passes the check as it is", async () => {
    const { failures, inputs } = await provider.check(layer);
    expect(failures).toEqual({});
    expect(await provider.diff(layer, inputs)).toEqual({});
  });

  test("a preview of its creation touches nothing", async () => {
    expect((await provider.create(layer, true)).error).toBeUndefined();
    expect(traces()).toEqual(before);
  });

  test("a fresh create puts everything in place, each artifact fetched once", async () => {
    const { id, error } = await provider.create(layer);
    expect(error).toBeUndefined();
    expect(id).toBe(`${layer.host.name}/example`);
    expect(artifacts.requests.sort()).toEqual(["/example", "/sleeper", "/tool.tgz"]);
    const seen = onHost(`cat ${configFile} ${secretFile}; ${archivedBinary}
      stat -c '%a %U:%G' /etc/plinth-example /var/lib/plinth-example ${configFile} ${secretFile} ${plainBinary}
      systemctl is-active ${serviceUnit}; systemctl is-enabled ${serviceUnit}
      cat /proc/sys/net/ipv4/tcp_fin_timeout; cat /etc/plinth/cluster.json; id -Gn plinth-example`);
    expect(seen.split("\n")).toEqual([
      "line one",
      "line two",
      "never-shown-to-anybody",
      "tool",
      "750 root:plinth-example",
      "700 plinth-example:plinth-example",
      "640 root:plinth-example",
      "600 root:root",
      "755 root:root",
      "active",
      "enabled",
      "59",
      '{"cluster":"provider-test","host":"t1"}',
      "plinth-example adm",
      "",
    ]);
  });

  test("what is read back is what was asked for", async () => {
    expect(await provider.diff(await provider.read(layer), layer)).toEqual({});
  });

  test("a second create and an update without a change write nothing and restart nothing", async () => {
    const paths = [
      configFile,
      secretFile,
      plainBinary,
      archivedBinary,
      "/etc/plinth/layers/example.json",
    ];
    const [stamped, started] = [stamps(...paths), invocation(serviceUnit)];
    expect((await provider.create(layer)).error).toBeUndefined();
    expect((await provider.update(layer, layer)).error).toBeUndefined();
    expect(stamps(...paths)).toBe(stamped);
    expect(invocation(serviceUnit)).toBe(started);
    expect(artifacts.requests).toHaveLength(3);
  });

  test("a changed input restarts its unit, a reload input only reloads it", async () => {
    const started = invocation(serviceUnit);
    const reloaded = {
      ...layer.files,
      "/etc/plinth-example/reloaded.conf": { content: "2\n", mode: "0644", owner: "root:root" },
    };
    const second = { ...layer, files: reloaded };
    expect((await provider.update(layer, second)).error).toBeUndefined();
    expect(invocation(serviceUnit)).toBe(started);
    expect(onHost("cat /run/plinth-example.reloads; rm /run/plinth-example.reloads")).toBe(
      "reloaded\n",
    );
    expect(await provider.diff(await provider.read(second), second)).toEqual({});
    const changed = {
      ...second.files,
      [configFile]: { content: "line 1\n", mode: "0640", owner: "root:plinth-example" },
    };
    const third = { ...layer, files: changed };
    expect((await provider.update(second, third)).error).toBeUndefined();
    expect(invocation(serviceUnit)).not.toBe(started);
    expect(await provider.diff(await provider.read(third), third)).toEqual({});
    expect((await provider.update(third, layer)).error).toBeUndefined();
  });

  test("items that are dropped from the layer are taken away", async () => {
    const second: HostLayerInputs = {
      ...layer,
      users: {},
      directories: {},
      files: {
        [configFile]: { content: "line one\nline two\n", mode: "0640", owner: "root:root" },
      },
      links: {},
      binaries: {},
      modules: [],
      sysctls: {},
      units: {},
      unitOrder: [],
      ready: [],
    };
    expect((await provider.update(layer, second)).error).toBeUndefined();
    const left =
      onHost(`find /etc/plinth-example /opt /usr/local/bin /etc/sysctl.d /etc/modules-load.d -type f -o -type l | grep plinth
      systemctl show -p LoadState --value ${serviceUnit}; getent passwd plinth-example || echo no user`);
    expect(left).toBe(`${configFile}\nnot-found\nno user\n`);
    expect(await provider.diff(await provider.read(second), second)).toEqual({});
    expect((await provider.update(second, layer)).error).toBeUndefined();
    expect(await provider.diff(await provider.read(layer), layer)).toEqual({});
  });

  test("no secret shows up in a log line", () => {
    const said = provider.logs.map((line) => line.text).join("\n");
    expect(said).toContain(`starting ${serviceUnit}`);
    expect(said).toContain("fetching tool.tgz");
    expect(said).not.toContain("never-shown");
  });

  test("delete takes away mounts, processes and data as well, and nothing is left", async () => {
    onHost(`mkdir -p /var/lib/plinth-example/mnt && mount -t tmpfs none /var/lib/plinth-example/mnt
      systemd-run -q --unit=plinth-stray --collect ${sleeper} 5000
      ip link add plinth-test0 type bridge; nft add table ip plinth-test`);
    await provider.delete({ ...layer, interfaces: ["plinth-test0"], nftables: ["ip plinth-test"] });
    await provider.stop();
    expect(traces()).toEqual(before);
    provider = await TestProvider.start();
    expect(
      onHost("ip -o link | grep -c plinth-test0; nft list tables | grep -c plinth-test; true"),
    ).toBe("0\n0\n");
  });

  test("a second delete is silent", async () => {
    await provider.delete(layer);
    expect(traces()).toEqual(before);
  });
});

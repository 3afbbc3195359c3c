import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { layer, TestProvider } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

/** One of several layers of the host under test, with items of several kinds. */
function part(name: string, content = "1\n"): HostLayerInputs {
  return layer({
    layer: name,
    directories: { [`/etc/plinth-${name}`]: { mode: "0755", owner: "root:root" } },
    files: { [`/etc/plinth-${name}/file`]: { content, mode: "0644", owner: "root:root" } },
    sysctls: { "net.ipv4.tcp_fin_timeout": "59" },
    modules: ["overlay"],
    units: {
      [`plinth-${name}.service`]: {
        content: "[Service]\nExecStart=/bin/sleep inf\n[Install]\nWantedBy=multi-user.target\n",
        enabled: true,
        running: true,
        restartOn: [`/etc/plinth-${name}/file`],
        reloadOn: [],
      },
    },
  });
}

const names = ["shared-a", "shared-b", "shared-c"];
const layers = names.map((name) => part(name));
const [first, second] = layers as [HostLayerInputs, HostLayerInputs];

describe("layers of one host", () => {
  let provider: TestProvider;

  /** What the provider said last of its round trips; it has said all when it has ended. */
  const roundTrips = async (): Promise<string> => {
    await provider.stop();
    return provider.logs.at(-1)?.text ?? "";
  };

  beforeAll(async () => {
    const maker = await TestProvider.start();
    for (const one of layers) expect((await maker.create(one)).error).toBeUndefined();
    await maker.stop();
  });
  beforeEach(async () => {
    provider = await TestProvider.start();
  });
  afterEach(() => provider.stop());
  afterAll(async () => {
    const remover = await TestProvider.start();
    await Promise.all(layers.map((one) => remover.delete(one)));
    await remover.stop();
  });

  test("are read in one round trip, one after the other", async () => {
    for (const one of layers)
      expect(await provider.diff(await provider.read(one), one)).toEqual({});
    expect(await roundTrips()).toContain("1 round trips");
  });

  test("are read in one round trip, all at once", async () => {
    const found = await Promise.all(layers.map((one) => provider.read(one)));
    expect(found).toMatchObject(layers);
    expect(await roundTrips()).toContain("1 round trips");
  });

  test("show what was changed by hand, from the look of another layer", async () => {
    onHost("echo 2 >/etc/plinth-shared-b/file; systemctl stop plinth-shared-b");
    await provider.read(first);
    expect(await provider.diff(await provider.read(second), second)).toEqual({
      'files["/etc/plinth-shared-b/file"].content': "UPDATE",
      'units["plinth-shared-b.service"].running': "UPDATE",
    });
    expect((await provider.update(second, second)).error).toBeUndefined();
  });

  test("are looked at again by who has seen them before", async () => {
    await provider.read(first);
    onHost("echo 2 >/etc/plinth-shared-a/file");
    expect(await provider.diff(await provider.read(first), first)).not.toEqual({});
    onHost("echo 1 >/etc/plinth-shared-a/file");
  });

  test("are looked at again after the run has changed one of them", async () => {
    await provider.read(first);
    const changed = part("shared-a", "2\n");
    expect((await provider.update(first, changed)).error).toBeUndefined();
    onHost("echo 2 >/etc/plinth-shared-b/file");
    expect(await provider.diff(await provider.read(second), second)).not.toEqual({});
    for (const one of [first, second])
      expect((await provider.update(one, one)).error).toBeUndefined();
  });

  test("have looks of their own where the host does not remember what they ask", async () => {
    onHost("rm /etc/plinth/layers/shared-b.questions");
    await provider.read(first);
    expect(await provider.diff(await provider.read(second), second)).toEqual({});
    expect(await roundTrips()).toContain("2 round trips");
  });
});

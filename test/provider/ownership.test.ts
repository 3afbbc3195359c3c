import { layer, testHost, TestProvider } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

const marker = "/etc/plinth/cluster.json";
const id = "1d".repeat(16);
const file = { content: "x\n", mode: "0644", owner: "root:root" };

const named = layer({ layer: "owned", files: { "/etc/plinth-owned": file } });
const owned = { ...named, clusterId: id };
const elsewhere = { ...owned, host: { ...testHost, name: "elsewhere" } };

describe("a host remembers whose it is", () => {
  let provider: TestProvider;

  beforeAll(async () => {
    provider = await TestProvider.start();
  });
  afterEach(async () => {
    onHost(`rm -f ${marker}`);
    await provider.delete(owned);
    onHost("rm -rf /etc/plinth /etc/plinth-owned");
  });
  afterAll(() => provider.stop());

  test("by the cluster's name and id, and by its own name, in marker and manifest", async () => {
    expect((await provider.create(owned)).error).toBeUndefined();
    const { cluster } = owned;
    expect(JSON.parse(onHost(`cat ${marker}`))).toEqual({ cluster, id, host: testHost.name });
    const manifest: unknown = JSON.parse(onHost("cat /etc/plinth/layers/owned.json"));
    expect(manifest).toMatchObject({ cluster, clusterId: id, host: testHost.name });
  });

  test("a host of an earlier version gets the id in an update, which restarts nothing", async () => {
    expect((await provider.create(named)).error).toBeUndefined();
    onHost(`echo '{"cluster":"${named.cluster}"}' >${marker}`);
    const found = await provider.read(named);
    expect(await provider.diff(found, owned)).toEqual({ clusterId: "ADD" });
    expect((await provider.update(found, owned)).error).toBeUndefined();
    expect(onHost(`cat ${marker}`)).toContain(`"id":"${id}","host":"${testHost.name}"`);
    expect(await provider.diff(await provider.read(owned), owned)).toEqual({});
  });

  test("a host of an earlier version never gets it in a create", async () => {
    onHost(`mkdir -p /etc/plinth; echo '{"cluster":"${named.cluster}"}' >${marker}`);
    const { error, partial } = await provider.create(owned);
    expect({ partial, error }).toEqual({
      partial: false,
      error: expect.stringContaining("may belong to another cluster of the same name"),
    });
    expect(onHost("ls /etc/plinth-owned 2>/dev/null || true")).toBe("");
  });

  test.each([
    [
      "another id",
      { id: "2d".repeat(16), host: testHost.name },
      "another cluster of the same name",
    ],
    ["another host's name", { id, host: "t9" }, "is t9 of this cluster"],
  ])("a host with %s is neither changed nor cleared", async (_, marked, text) => {
    expect((await provider.create(owned)).error).toBeUndefined();
    const foreign = JSON.stringify({ cluster: owned.cluster, ...marked });
    onHost(`echo '${foreign}' >${marker}; echo y >/etc/plinth-owned`);
    expect((await provider.update(owned, owned)).error).toContain(text);
    await expect(provider.delete(owned)).rejects.toThrow(text);
    expect(onHost("cat /etc/plinth-owned")).toBe("y\n");
  });

  test("the layer of a host that has another name now does not clear the machine", async () => {
    expect((await provider.create(owned)).error).toBeUndefined();
    await expect(provider.delete(elsewhere)).rejects.toThrow(`is ${testHost.name} of this cluster`);
    expect(onHost("cat /etc/plinth-owned")).toBe("x\n");
  });
});

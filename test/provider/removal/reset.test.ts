import type { ResetArgs, ResetResult } from "../../../provider/reset-api";
import { exampleLayer, sleeper } from "../../support/provider/example-layer";
import { layer, testHost, TestProvider } from "../../support/provider/harness";
import { ArtifactServer, onHost } from "../../support/provider/remote";

const id = "1d".repeat(16);
const file = { content: "x\n", mode: "0644", owner: "root:root" };

/** What a host has of Plinth and of the layers below. */
const everything = `ls -d /etc/plinth /run/plinth/units /etc/plinth-other ${sleeper} \\
  /var/lib/plinth-example /etc/systemd/system/plinth-example.service 2>/dev/null
  systemctl is-active plinth-example; true`;

describe("a host whose state is gone", () => {
  let provider: TestProvider;
  let artifacts: ArtifactServer;
  // made once: the archive in it is another one each time
  let made: ReturnType<typeof exampleLayer>;

  const example = () => ({ ...made, clusterId: id });
  const other = () => ({
    ...layer({ layer: "other", files: { "/etc/plinth-other": file } }),
    cluster: made.cluster,
    clusterId: id,
  });
  const marker = () => ({ cluster: example().cluster, id, host: testHost.name });
  const reset = (changes: Partial<ResetArgs> = {}): Promise<ResetResult> =>
    provider.reset({ host: testHost, marker: marker(), order: ["other"], ...changes });

  beforeAll(async () => {
    artifacts = await ArtifactServer.start();
    made = exampleLayer(artifacts);
    provider = await TestProvider.start();
  });
  beforeEach(async () => {
    for (const each of [example(), other()])
      expect((await provider.create(each)).error).toBeUndefined();
  });
  afterEach(async () => {
    onHost(`[ ! -e /etc/plinth ] || echo '${JSON.stringify(marker())}' >/etc/plinth/cluster.json`);
    for (const each of [example(), other()]) await provider.delete(each);
  });
  afterAll(async () => {
    await provider.stop();
    artifacts.stop();
  });

  test("is cleared by what its manifests say, with units, processes and data, the marker last", async () => {
    onHost("mkdir -p /var/lib/plinth-example; echo data >/var/lib/plinth-example/mine");
    expect(await reset()).toEqual({ removed: [example().layer, "other"] });
    expect(onHost(everything)).toBe("inactive\n");
    // there is nothing left that could be anybody's
    expect((await reset()).error).toContain("/etc/plinth/cluster.json is gone");
  });

  test("keeps everything where it belongs to another cluster than the one that was named", async () => {
    const before = onHost(everything);
    const { removed, error } = await reset({ marker: { ...marker(), id: "2d".repeat(16) } });
    expect({ removed, error }).toEqual({
      removed: [],
      error: expect.stringContaining(`"id":"${id}"`),
    });
    expect(onHost(everything)).toBe(before);
  });

  test("is cleared of its marker alone where its layers went before", async () => {
    for (const each of [example(), other()]) await provider.delete(each);
    onHost(`mkdir -p /etc/plinth; echo '${JSON.stringify(marker())}' >/etc/plinth/cluster.json`);
    expect(await reset()).toEqual({ removed: [] });
    expect(onHost("ls -d /etc/plinth 2>/dev/null || true")).toBe("");
  });

  test("with a manifest that can't be read keeps it, with the marker, for whoever clears the rest", async () => {
    onHost("echo '{' >/etc/plinth/layers/damaged.json");
    const { removed, error } = await reset();
    expect(removed).toEqual([example().layer, "other"]);
    expect(error).toContain("damaged.json can't be read, so nobody knows what its layer brought");
    expect(onHost("ls /etc/plinth /etc/plinth/layers")).toContain("damaged.json");
    onHost("rm -r /etc/plinth/layers/damaged.json");
    expect(await reset()).toEqual({ removed: [] });
  });
});

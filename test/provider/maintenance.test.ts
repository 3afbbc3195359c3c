import { layer, testHost, testSettings, TestProvider } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

const path = "/etc/plinth-maintenance/example.conf";
const file = (content: string) => ({ [path]: { content, mode: "0644", owner: "root:root" } });
const wanted = (content: string) => layer({ layer: "maintenance", files: file(content) });
const content = (): string => onHost(`cat ${path}`).trim();

describe("a host in maintenance", () => {
  let usual: TestProvider;
  let careful: TestProvider;

  beforeAll(async () => {
    usual = await TestProvider.start();
    careful = await TestProvider.start({
      ...testSettings,
      maintenance: [testHost.name],
      knownHostsFile: "/dev/null", // a connection would be refused
    });
    expect((await usual.create(wanted("1\n"))).error).toBeUndefined();
  });
  afterAll(async () => {
    await usual.delete(wanted("1\n"));
    await Promise.all([usual.stop(), careful.stop()]);
  });

  test("is read as it was stated, with a mark that the next change begins with a look", async () => {
    onHost(`echo drifted >${path}`);
    const read = await careful.read(wanted("1\n"));
    expect(read).toEqual({
      ...wanted("1\n"),
      unseen: "not looked at, the host was in maintenance",
    });
    // what the state holds then comes back as the new inputs, while all changes are ignored
    expect((await careful.check(read)).failures).toEqual({});
    expect(await careful.diff(read, read)).toEqual({});
    expect(content()).toBe("drifted");

    expect(await usual.diff(read, wanted("1\n"))).toEqual({ unseen: "DELETE" });
    expect((await usual.update(read, wanted("1\n"))).error).toBeUndefined();
    expect(content()).toBe("1");
  });

  test("is not changed; what did not finish before stays so", async () => {
    expect((await careful.update(wanted("1\n"), wanted("1\n"))).error).toBeUndefined();
    expect((await careful.update(wanted("1\n"), wanted("2\n"))).error).toBe(
      `${testHost.name}: is in maintenance, so its layer maintenance can't be changed: end the maintenance first`,
    );
    expect(content()).toBe("1");
  });

  test.each([true, false])("gets no new layer (preview: %s)", async (preview) => {
    const { error } = await careful.create(wanted("1\n"), preview);
    expect(error).toContain("so its layer maintenance can't be made; it is not on the host yet");
  });

  test("keeps its layers", async () => {
    await expect(careful.delete(wanted("1\n"))).rejects.toThrow(
      /so its layer maintenance can't be removed: end the maintenance first, or, if the host is gone for good, forget it with: pulumi state delete 'urn:/,
    );
    expect(content()).toBe("1");
  });
});

// the second test goes on from what the first one made
describe("a rollout group that is held", () => {
  const unit = "plinth-held.service";
  const member = (description: string, parts = {}) =>
    layer({
      layer: "held",
      units: {
        [unit]: {
          content: `[Unit]\nDescription=${description}\n[Service]\nExecStart=/bin/sleep 5000\n`,
          enabled: false,
          running: true,
          restartOn: [],
          reloadOn: [],
        },
      },
      rollout: { group: "held", maxUnavailable: 1, held: "another one may be down" },
      ...parts,
    });
  const invocation = (): string => onHost(`systemctl show -P InvocationID ${unit}`);
  let provider: TestProvider;

  beforeAll(async () => (provider = await TestProvider.start()));
  afterAll(async () => {
    await provider.delete(member("1"));
    await provider.stop();
  });

  test("is created, repaired, and changed where nothing is interrupted", async () => {
    expect((await provider.create(member("1"))).error).toBeUndefined();
    const files = file("held\n");
    expect((await provider.update(member("1"), member("1", { files }))).error).toBeUndefined();
    onHost(`systemctl stop ${unit}`);
    expect((await provider.update(member("1"), member("1"))).error).toBeUndefined();
    expect(onHost(`systemctl is-active ${unit}`).trim()).toBe("active");
  });

  test("refuses what would interrupt a unit, in the preview already", async () => {
    const before = invocation();
    const preview = await provider.update(await provider.read(member("1")), member("2"), true);
    expect(preview.error).toBe(`${testHost.name}: can't be changed: another one may be down`);
    const { error, partial } = await provider.update(member("1"), member("2"));
    expect({ error, partial }).toEqual({
      error: `${testHost.name}: not changed: another one may be down`,
      partial: false,
    });
    expect(invocation()).toBe(before);
    expect(onHost(`cat /etc/systemd/system/${unit}`)).toContain("Description=1");
  });
});

describe("a unit that fails again and again at its start", () => {
  test("ends the wait early, with its last words", async () => {
    const provider = await TestProvider.start();
    const unit = "plinth-crash.service";
    const crashing = layer({
      layer: "crash",
      units: {
        [unit]: {
          content:
            "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/sh -c 'echo wrong flag; exit 1'\n" +
            "Restart=always\nRestartSec=1\n",
          enabled: false,
          running: true,
          restartOn: [],
          reloadOn: [],
        },
      },
      ready: [{ kind: "command", command: ["false"], deadlineSeconds: 60 }],
    });
    const { error } = await provider.create(crashing);
    await provider.delete(crashing);
    await provider.stop();
    expect(error).toMatch(/plinth-crash\.service failed \d+ times at its start/);
    expect(error).toContain("wrong flag");
    expect(error).not.toContain("not ready after");
  });
});

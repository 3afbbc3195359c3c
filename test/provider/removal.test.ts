import { exampleLayer, sleeper } from "../support/provider/example-layer";
import { TestProvider } from "../support/provider/harness";
import { ArtifactServer, onHost } from "../support/provider/remote";

/** What somebody else has on the host, before the layer comes and after it is gone. */
const others = `systemctl is-active plinth-guest plinth-payload 2>/dev/null
  cat /var/lib/plinth-example/data/mine /srv/plinth-disk/other 2>/dev/null
  ls /srv/plinth-disk /srv/plinth-mounts 2>/dev/null; true`;

describe("a layer that is taken away from a host with programs and data of others", () => {
  let provider: TestProvider;
  let artifacts: ArtifactServer;

  beforeAll(async () => {
    artifacts = await ArtifactServer.start();
    provider = await TestProvider.start();
    await provider.delete(exampleLayer(artifacts));
  });
  afterAll(async () => {
    onHost(`systemctl stop plinth-guest plinth-payload 2>/dev/null
      umount /srv/plinth-mounts/volume 2>/dev/null
      rm -rf /srv/plinth-disk /srv/plinth-mounts /var/lib/plinth-example /var/lib/plinth-linked; true`);
    await provider.stop();
    artifacts.stop();
  });

  test("leaves their processes alone: the same path in another container, a unit of the same name", async () => {
    const layer = exampleLayer(artifacts);
    expect((await provider.create(layer)).error).toBeUndefined();
    // another program at the same path of another mount namespace
    onHost(`systemd-run -q --unit=plinth-guest -p BindReadOnlyPaths=$(command -v sleep):${sleeper} ${sleeper} 5000
      systemd-run -q --unit=plinth-payload -p Delegate=yes sh -c '
        own=$(sed -n "s/^.*:name=systemd:\\|^0:://p" /proc/self/cgroup | head -n 1)
        for root in /sys/fs/cgroup/systemd /sys/fs/cgroup; do
          [ -e "$root$own/cgroup.procs" ] || continue
          mkdir -p "$root$own/system.slice/plinth-example.service"
          echo $$ >"$root$own/system.slice/plinth-example.service/cgroup.procs"; break
        done
        exec sleep 5000'`);
    await provider.delete(layer);
    expect(onHost(others)).toBe("active\nactive\n");
  });

  test("keeps a directory of data that had content before, and says so", async () => {
    onHost("mkdir -p /var/lib/plinth-example/data; echo mine >/var/lib/plinth-example/data/mine");
    const layer = exampleLayer(artifacts);
    expect((await provider.create(layer)).error).toBeUndefined();
    expect((await provider.create(layer)).error).toBeUndefined();
    await provider.delete(layer);
    expect(onHost("cat /var/lib/plinth-example/data/mine")).toBe("mine\n");
    const said = provider.logs.map(({ text }) => text).join("\n");
    expect(said).toContain("leaving /var/lib/plinth-example, which had content before");
    onHost("rm -rf /var/lib/plinth-example");
  });

  test("empties one that a link leads to another disk, with what is mounted below", async () => {
    onHost("mkdir -p /srv/plinth-mounts; ln -s /srv/plinth-mounts /var/lib/plinth-linked");
    const layer = { ...exampleLayer(artifacts), dataDirectories: ["/var/lib/plinth-linked"] };
    expect((await provider.create(layer)).error).toBeUndefined();
    onHost(`mkdir -p /srv/plinth-mounts/volume; echo ours >/srv/plinth-mounts/ours
      mount -t tmpfs none /srv/plinth-mounts/volume`);
    await provider.delete(layer);
    expect(
      onHost(
        "ls -A /srv/plinth-mounts; readlink /var/lib/plinth-linked; grep -c plinth-mounts /proc/mounts; true",
      ),
    ).toBe("/srv/plinth-mounts\n0\n");
  });
});

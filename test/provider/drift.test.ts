import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import {
  archivedBinary,
  configFile,
  exampleLayer,
  plainBinary,
  secretFile,
  secretText,
  serviceUnit,
  unitText,
} from "../support/provider/example-layer";
import { TestProvider, testHost } from "../support/provider/harness";
import { ArtifactServer, invocation, onHost } from "../support/provider/remote";

const secretKey = "4dabf18193072939515e22adb298388d";
const unit = `units["${serviceUnit}"]`;
const unitPath = `/etc/systemd/system/${serviceUnit}`;

interface Case {
  readonly what: string;
  readonly damage: string;
  /** Properties that a preview shows, with the kind of change. */
  readonly shown: Readonly<Record<string, string>>;
  readonly restarts?: boolean;
  /** Its process was ended by the damage itself. */
  readonly ended?: boolean;
}

const cases: Case[] = [
  {
    what: "an edited file",
    damage: `echo more >>${configFile}`,
    shown: { [`files["${configFile}"].content`]: "UPDATE" },
  },
  {
    what: "another mode",
    damage: `chmod 0666 ${configFile}`,
    shown: { [`files["${configFile}"].mode`]: "UPDATE" },
  },
  {
    what: "another owner",
    damage: `chown nobody ${secretFile}`,
    shown: { [`files["${secretFile}"].owner`]: "UPDATE" },
  },
  {
    what: "a deleted file",
    damage: `rm ${configFile}`,
    shown: { [`files["${configFile}"]`]: "ADD" },
  },
  {
    what: "a file that became a link",
    damage: `ln -sf /etc/hostname ${configFile}`,
    shown: {
      [`files["${configFile}"].content`]: "UPDATE",
      [`files["${configFile}"].mode`]: "UPDATE",
      [`files["${configFile}"].owner`]: "UPDATE",
    },
  },
  {
    what: "a file that is no text",
    damage: `printf '\\377\\376' >${configFile}`,
    shown: { [`files["${configFile}"].content`]: "UPDATE" },
  },
  {
    what: "an edited secret",
    damage: `echo guessed >${secretFile}`,
    shown: { [`files["${secretFile}"].content`]: "UPDATE" },
  },
  {
    what: "a directory's mode",
    damage: "chmod 0777 /etc/plinth-example",
    shown: { 'directories["/etc/plinth-example"].mode': "UPDATE" },
  },
  {
    what: "a link that points elsewhere",
    damage: "ln -sfn /tmp /etc/plinth-example/link",
    shown: { 'links["/etc/plinth-example/link"].target': "UPDATE" },
  },
  {
    what: "a replaced binary",
    damage: `cp /bin/true ${plainBinary}.x && mv ${plainBinary}.x ${plainBinary}`,
    shown: { [`binaries["${plainBinary}"].sha256`]: "UPDATE" },
  },
  {
    what: "a binary edited in place",
    damage: `echo >>${archivedBinary}`,
    shown: { [`binaries["${archivedBinary}"].sha256`]: "UPDATE" },
  },
  {
    what: "a deleted binary",
    damage: `rm ${archivedBinary}`,
    shown: { [`binaries["${archivedBinary}"]`]: "ADD" },
  },
  {
    what: "a stopped unit",
    damage: `systemctl stop ${serviceUnit}`,
    shown: { [`${unit}.running`]: "UPDATE" },
    ended: true,
  },
  {
    what: "a disabled unit",
    damage: `systemctl disable ${serviceUnit} 2>/dev/null`,
    shown: { [`${unit}.enabled`]: "UPDATE" },
  },
  {
    what: "a masked unit",
    damage: `rm ${unitPath}; systemctl mask ${serviceUnit} 2>/dev/null; systemctl stop ${serviceUnit}`,
    shown: {
      [`${unit}.content`]: "UPDATE",
      [`${unit}.running`]: "UPDATE",
      [`${unit}.file`]: "DELETE",
    },
    ended: true,
  },
  {
    what: "a unit edited without a reload",
    damage: `echo Nice=5 >>${unitPath}`,
    shown: { [`${unit}.content`]: "UPDATE", [`${unit}.needsReload`]: "DELETE" },
  },
  {
    what: "a unit edited and loaded",
    damage: `sed -i s/^ExecStart.*/ExecStart=x/ ${unitPath}; systemctl daemon-reload`,
    shown: { [`${unit}.content`]: "UPDATE" },
  },
  {
    what: "a unit edited, loaded and restarted",
    damage: `sed -i 's/^ExecReload/Nice=5\\nExecReload/' ${unitPath}; systemctl daemon-reload; systemctl restart ${serviceUnit}`,
    shown: { [`${unit}.content`]: "UPDATE", [`${unit}.needsRestart`]: "DELETE" },
    restarts: true,
  },
  {
    what: "a link that starts a unit at boot",
    damage: `rm /etc/systemd/system/multi-user.target.wants/${serviceUnit}`,
    shown: { [`${unit}.enabled`]: "UPDATE" },
  },
  {
    what: "a unit restarted with an edited file",
    // the times of a file and of a start are compared to the second where the clocks do not agree
    damage: `cp -p ${configFile} /tmp/c; echo more >>${configFile}; systemctl restart ${serviceUnit}
      started=$(date +%s); until [ "$(date +%s)" -gt "$started" ]; do sleep 0.1; done
      mv /tmp/c ${configFile}`,
    shown: { [`${unit}.needsRestart`]: "DELETE" },
    restarts: true,
  },
  {
    what: "a drop-in",
    damage: `mkdir ${unitPath}.d; printf '[Service]\\nNice=5\\n' >${unitPath}.d/x.conf; systemctl daemon-reload`,
    shown: { [`${unit}.dropIns`]: "DELETE" },
  },
  {
    what: "a drop-in that the process runs with",
    damage: `mkdir ${unitPath}.d; printf '[Service]\\nNice=5\\n' >${unitPath}.d/x.conf; systemctl daemon-reload; systemctl restart ${serviceUnit}`,
    shown: { [`${unit}.dropIns`]: "DELETE", [`${unit}.needsRestart`]: "DELETE" },
    restarts: true,
  },
  {
    what: "a property set at run time",
    damage: `systemctl set-property --runtime ${serviceUnit} CPUWeight=50`,
    shown: { [`${unit}.dropIns`]: "DELETE" },
  },
  {
    what: "a kernel parameter",
    damage: "echo 60 >/proc/sys/net/ipv4/tcp_fin_timeout",
    shown: { 'sysctls["net.ipv4.tcp_fin_timeout"]': "UPDATE" },
  },
  {
    what: "a kernel parameter that is not kept",
    damage: "rm /etc/sysctl.d/90-plinth-example.conf",
    shown: {
      'sysctls["net.ipv4.tcp_fin_timeout"]': "UPDATE",
      'sysctls["net.ipv4.ip_local_port_range"]': "UPDATE",
    },
  },
  {
    what: "a module that is not kept",
    damage: "rm /etc/modules-load.d/plinth-example.conf",
    shown: { "modules[0]": "ADD" },
  },
  {
    what: "a user without its group",
    damage: "gpasswd -d plinth-example adm >/dev/null",
    shown: { 'users["plinth-example"].groups[0]': "ADD" },
  },
  {
    what: "a lost manifest",
    damage: "rm /etc/plinth/layers/example.json",
    shown: { unfinished: "DELETE" },
  },
];

// each test leaves the layer as it found it
describe("drift", () => {
  let provider: TestProvider;
  let artifacts: ArtifactServer;
  let layer: HostLayerInputs;

  beforeAll(async () => {
    artifacts = await ArtifactServer.start();
    provider = await TestProvider.start();
    layer = exampleLayer(artifacts);
    await provider.delete(layer);
    expect((await provider.create(layer)).error).toBeUndefined();
  });
  afterAll(async () => {
    await provider.delete(layer);
    await provider.stop();
    artifacts.stop();
  });

  test.each(cases)("$what is shown line by line and repaired", async (one) => {
    onHost(one.damage);
    const damaged = invocation(serviceUnit);
    const found = await provider.read(layer);
    const shown = await provider.diff(found, layer);
    provider.logs.length = 0;
    await provider.update(found, layer, true);
    const announced = provider.logs.map(({ text }) => text);
    const { error } = await provider.update(found, layer);
    const what = one.restarts ? "restarts plinth-example" : "interrupts nothing";
    expect({ shown, error, announced }).toEqual({
      shown: one.shown,
      error: undefined,
      announced: [`${one.ended ? "starts plinth-example" : what} on ${testHost.name}`],
    });
    if (!one.ended) expect(invocation(serviceUnit) !== damaged).toBe(one.restarts ?? false);
    expect(await provider.diff(await provider.read(layer), layer)).toEqual({});
    expect(onHost(`systemctl is-active ${serviceUnit}; cat ${unitPath}`)).toBe(
      `active\n${unitText()}`,
    );
  });

  test("a live secret stays secret, also when it was changed by hand", async () => {
    const wrapped = { [secretKey]: "1b47061264138c4ac30d75fd1eb44270", value: secretText };
    const stated = {
      ...layer,
      files: { ...layer.files, [secretFile]: { ...layer.files[secretFile], content: wrapped } },
    };
    onHost(`echo guessed >${secretFile}`);
    const found = (await provider.read(stated)) as unknown as typeof stated;
    expect(found.files[secretFile].content).toEqual({ ...wrapped, value: "guessed\n" });
    expect(await provider.diff(found, stated)).toEqual({
      [`files["${secretFile}"].content`]: "UPDATE",
    });
    const { properties, error } = await provider.update(found, stated);
    expect(error).toBeUndefined();
    expect(properties).toEqual({ cluster: layer.cluster, layer: layer.layer }); // and no secret
  });

  test("a host that was installed anew shows everything as missing, and update puts it back", async () => {
    onHost(`systemctl stop ${serviceUnit}
      rm -rf /etc/plinth /run/plinth/units /etc/plinth-example /opt/plinth-example ${plainBinary} ${unitPath} \\
        /etc/systemd/system/multi-user.target.wants/${serviceUnit} /var/lib/plinth-example
      userdel plinth-example; systemctl daemon-reload`);
    const found = await provider.read(layer);
    expect(found).toMatchObject({
      files: {},
      binaries: {},
      units: {},
      users: {},
      links: {},
      directories: {},
    });
    expect((await provider.update(found, layer)).error).toBeUndefined();
    expect(await provider.diff(await provider.read(layer), layer)).toEqual({});
  });

  test("a state and a manifest of an earlier version, without some of the lists, are understood", async () => {
    const { iptablesChains, interfaces, ...older } = layer;
    expect([iptablesChains, interfaces]).toEqual([[], []]);
    onHost("sed -i 's/,\"interfaces\":\\[\\]//' /etc/plinth/layers/example.json");
    expect(onHost("cat /etc/plinth/layers/example.json")).not.toContain("interfaces");
    const found = await provider.read(older);
    expect(await provider.diff(found, layer)).toEqual({});
    expect((await provider.update(older, layer)).error).toBeUndefined();
  });

  test("one look without drift is one round trip", async () => {
    const quick = await TestProvider.start();
    await quick.read(layer);
    await quick.read(layer);
    await quick.stop();
    const said = quick.logs.map((line) => line.text);
    expect(said.at(-1)).toContain("2 round trips");
  });
});

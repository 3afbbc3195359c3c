import { unknownValue, type JsonObject } from "../../../../provider/json";
import { inputFailures, normalInputs } from "../../../../provider/layer/input-checks";
import { appLayer, file, unit } from "../../../support/provider/app-layer";

const right = appLayer as unknown as JsonObject;

function failures(parts: object): Record<string, string> {
  const found = inputFailures(normalInputs({ ...right, ...(parts as JsonObject) }));
  return Object.fromEntries(found.map(({ property, reason }) => [property, reason]));
}

describe("what is right or not known yet is not complained about", () => {
  const units = (parts: object): object => ({ units: { "app.service": { ...unit, ...parts } } });
  const content = "[Service]\nExecStart=/usr/bin/app\n";
  const links = { "/etc/link": { target: "app.conf" } };
  const wait = (parts: object): object => ({ ready: [{ deadlineSeconds: 1, ...parts }] });
  test.each<[string, object]>([
    ["a whole layer", {}],
    ["an unknown file", { files: { ...appLayer.files, "/etc/x": unknownValue } }],
    ["an unknown content", { files: { ...appLayer.files, "/etc/x": file(unknownValue) } }],
    ["an unknown map", { users: unknownValue }],
    ["an unknown map of files, of which a unit reads some", { files: unknownValue }],
    ["an unknown map of executables, of which a unit runs one", { binaries: unknownValue }],
    ["an unknown map of links, one of which a unit may read", { links: unknownValue, files: {} }],
    ["an unknown map of units, whose order is known", { units: unknownValue }],
    [
      "an unknown map of units, one of which is waited for",
      {
        units: unknownValue,
        ...wait({ kind: "unit", unit: "app.service" }),
      },
    ],
    ["an unknown unit", { units: { "app.service": unknownValue } }],
    ["an unknown path that a unit reads", units({ restartOn: [unknownValue] })],
    ["unknown paths that a unit reads", units({ restartOn: unknownValue })],
    ["a link that a unit reads", { links, ...units({ restartOn: ["/etc/link"] }) }],
    ["an enabled unit that is not known yet", units({ content: unknownValue })],
    ["a unit that is not enabled and cannot be", units({ content, enabled: false })],
    ["a unit with an [Install] section that nobody enables", units({ enabled: false })],
    ["an unknown order of units", { unitOrder: unknownValue }],
    ["an unknown name in the order of units", { unitOrder: [unknownValue] }],
    ["unknown checks", { ready: unknownValue }],
    ["an unknown check", { ready: [unknownValue] }],
    ["a check of an unknown unit", wait({ kind: "unit", unit: unknownValue })],
    ["a check of the layer's unit", wait({ kind: "unit", unit: "app.service" })],
    ["a check of something else", wait({ kind: "tcp", address: "10.0.0.1", port: 80 })],
  ])("%s", (_, parts) => {
    expect(failures(parts)).toStrictEqual({});
  });
});

describe("a value of the wrong form is named with its place, the value and what is expected", () => {
  const badFile = (path: string, parts: object): object => ({
    files: { ...appLayer.files, [path]: { ...file("x"), ...parts } },
  });
  const check = (parts: object): object => ({ ready: [{ deadlineSeconds: 1, ...parts }] });
  test.each<[object, string, RegExp]>([
    [{ layer: "A B" }, "layer", /is "A B", expected lower-case letters, digits and dashes/],
    [{ cluster: 'a"b' }, "cluster", /expected a name/],
    [badFile("etc/x", {}), 'files["etc/x"]', /is "etc\/x", expected an absolute path/],
    [badFile("/etc/../x", {}), 'files["/etc/../x"]', /without \. and \.\./],
    [badFile("/etc/x/", {}), 'files["/etc/x/"]', /final slash/],
    [badFile("/etc/x", { mode: "rw" }), 'files["/etc/x"].mode', /octal text such as "0644"/],
    [badFile("/etc/x", { mode: "0644x" }), 'files["/etc/x"].mode', /is "0644x", expected octal/],
    [badFile("/etc/x", { mode: 420 }), 'files["/etc/x"].mode', /expected string/],
    [badFile("/etc/x", { owner: "a b:c" }), 'files["/etc/x"].owner', /expected user:group/],
    [badFile("/etc/x", { extra: 1 }), 'files["/etc/x"]', /extra/],
    [
      { units: { app: unit }, unitOrder: ["app.service"] },
      "units.app",
      /a full unit name such as etcd.service/,
    ],
    [{ sysctls: { "a b": "1" } }, 'sysctls["a b"]', /a kernel parameter/],
    [{ packages: ["-y"] }, "packages[0]", /is "-y", expected a name/],
    [{ modules: [7] }, "modules[0]", /expected string/],
    [{ dataDirectories: ["/var/lib"] }, "dataDirectories[0]", /at least two levels deep/],
    [{ interfaces: ["a/b"] }, "interfaces[0]", /a network interface/],
    [{ nftables: ["kube-proxy"] }, "nftables[0]", /family and table such as "ip kube-proxy"/],
    [{ iptablesChains: ["KUBE"] }, "iptablesChains[0]", /a chain name prefix such as "KUBE-"/],
    [check({ kind: "tcp", address: "a", port: -1 }), "ready[0].port", />=0/],
    [check({ kind: "command", command: [] }), "ready[0].command", />=1/],
    [check({ kind: "ping" }), "ready[0].kind", /./],
    [{ rollout: { group: "g", maxUnavailable: 0 } }, "rollout.maxUnavailable", />=1/],
    [{ unheard: 1 }, "", /unheard/],
  ])("%j", (parts, property, reason) => {
    const found = failures(parts);
    expect(Object.keys(found)).toEqual([property]);
    expect(found[property]).toMatch(reason);
  });

  const binary = { url: "http://x/a", sha256: "a".repeat(64), mode: "0755" };
  test.each([
    [{ url: "ftp://x/a" }, "url"],
    [{ sha256: "A".repeat(64) }, "sha256"],
  ])("an executable with %j", (parts, key) => {
    const binaries = { ...appLayer.binaries, "/usr/bin/b": { ...binary, ...parts } };
    expect(Object.keys(failures({ binaries }))).toEqual([`binaries["/usr/bin/b"].${key}`]);
  });
});

describe("what points to nothing in the layer", () => {
  const more = (parts: object): object => ({ units: { "app.service": { ...unit, ...parts } } });
  const wait = { kind: "unit", unit: "x.service", deadlineSeconds: 1 };
  test.each<[object, Record<string, string>]>([
    [
      more({ restartOn: ["/etc/none"] }),
      {
        'units["app.service"].restartOn':
          "names /etc/none, which is no file, binary or link of this layer",
      },
    ],
    [
      more({ reloadOn: ["/etc/none"] }),
      {
        'units["app.service"].reloadOn':
          "names /etc/none, which is no file, binary or link of this layer",
      },
    ],
    [
      more({ content: "[Service]\nExecStart=/usr/bin/app\n" }),
      {
        'units["app.service"].enabled': "is true, but the unit has no [Install] section",
      },
    ],
    [
      more({ content: "[Service]\nExecStart=/usr/bin/app\n# no [Install] yet\n" }),
      {
        'units["app.service"].enabled': "is true, but the unit has no [Install] section",
      },
    ],
    [
      {
        units: { "app.service": unit, "b.service": unit, "c.service": unit },
        unitOrder: ["b.service", "app.service", "b.service"],
      },
      { unitOrder: "must name every unit exactly once, check b.service, c.service" },
    ],
    [
      { unitOrder: ["app.service", "x.service"] },
      { unitOrder: "names x.service, which is no unit of this layer" },
    ],
    [
      { unitOrder: ["app.service", "app.service"] },
      { unitOrder: "must name every unit exactly once, check app.service" },
    ],
    [{ ready: [wait] }, { ready: "waits for x.service, which is no unit of this layer" }],
    [
      { directories: { "/etc/app.conf": { mode: "0755", owner: "root" } } },
      { 'files["/etc/app.conf"]': "is listed under directories, too" },
    ],
    [
      { links: { "/usr/bin/app": { target: "x" } } },
      { 'binaries["/usr/bin/app"]': "is listed under links, too" },
    ],
  ])("%j", (parts, expected) => {
    expect(failures(parts)).toStrictEqual(expected);
  });
});

describe("the form that a host shows", () => {
  test.each([
    ["644", "0644"],
    ["00644", "0644"],
    ["0644", "0644"],
    ["4755", "4755"],
    ["04755", "4755"],
    ["40755", "40755"],
    ["07", "07"],
    [unknownValue, unknownValue],
  ])("mode %p becomes %p", (mode, normal) => {
    const { directories } = normalInputs({ directories: { "/a": { mode, owner: "root:root" } } });
    expect(directories).toEqual({ "/a": { mode: normal, owner: "root:root" } });
  });

  test.each([
    ["app", "app:app"],
    ["app:adm", "app:adm"],
    [unknownValue, unknownValue],
  ])("owner %p becomes %p", (owner, normal) => {
    const { files } = normalInputs({ files: { "/a": { content: "", mode: "0644", owner } } });
    expect(files).toEqual({ "/a": { content: "", mode: "0644", owner: normal } });
  });

  test("units without an order start in that of their listing", () => {
    const { unitOrder } = normalInputs({ units: { "b.service": {}, "a.service": {} } });
    expect(unitOrder).toEqual(["b.service", "a.service"]);
  });

  test.each<[string, JsonObject]>([
    ["are not known yet", { units: unknownValue }],
    ["there are none of", {}],
  ])("no order is made of units that %s", (_, inputs) => {
    expect(normalInputs(inputs).unitOrder).toEqual([]);
  });

  test("what a later version may hold is passed on as it is", () => {
    expect(normalInputs({ files: { "/a": null } }).files).toEqual({ "/a": null });
  });

  test("an order that is given stays", () => {
    const unitOrder = ["a.service", "b.service"];
    const units = { "b.service": {}, "a.service": {} };
    expect(normalInputs({ units, unitOrder }).unitOrder).toEqual(unitOrder);
  });
});

import { LabError, unknownHost } from "../../../lab/machine/lab-error";
import { memoryBytes, stackAddons, stackHosts } from "../../../lab/pulumi/stack-config";

const file = "Pulumi.dev.yaml";
const stack = (hosts: string) => `config:\n  plinth:cluster:\n    hosts: ${hosts}\n`;

test("hosts keep the stack config's order and lose what the lab does not need", () => {
  const text = stack("{w1: {address: 10.88.0.21, roles: [worker]}, cp1: {address: 10.88.0.11}}");
  expect(stackHosts(text, file)).toEqual([
    { name: "w1", address: "10.88.0.21" },
    { name: "cp1", address: "10.88.0.11" },
  ]);
});

test.each([
  ["no hosts", "config: {}", 'config."plinth:cluster".hosts: missing, expected a map'],
  ["an empty map", stack("{}"), "hosts: empty, expected a host"],
  ["a list", stack("[cp1]"), "hosts: missing, expected a map"],
  ["broken YAML", "config: [", "Pulumi.dev.yaml: "],
  ["no address", stack("{cp1: {}}"), "hosts.cp1.address: got nothing, expected an address of"],
  ["another network", stack("{cp1: {address: 192.168.1.5}}"), 'cp1.address: got "192.168.1.5"'],
  [
    "the machine's address",
    stack("{cp1: {address: 10.88.0.1}}"),
    "10.88.0.1 is the machine itself",
  ],
  ["a broadcast address", stack("{cp1: {address: 10.88.0.255}}"), "expected an address of"],
  ["a name", stack("{cp1: {address: cp1.example.org}}"), 'got "cp1.example.org"'],
  ["a bad host name", stack("{CP_1: {address: 10.88.0.11}}"), "host name CP_1, expected"],
  [
    "one address twice",
    stack("{a: {address: 10.88.0.11}, b: {address: 10.88.0.11}}"),
    "hosts.b.address: 10.88.0.11 is already a's",
  ],
])("%s is refused with its place", (_, text, message) => {
  expect(() => stackHosts(text, file)).toThrow(LabError);
  expect(() => stackHosts(text, file)).toThrow(message);
});

test("add-ons are those that the stack config switches on", () => {
  const addons = "{on: {enabled: true}, set: {pools: {a: 1}}, off: {enabled: false}, empty: {}}";
  const text = `config:\n  plinth:cluster:\n    addons: ${addons}\n`;
  expect(stackAddons(text, file)).toEqual(["on", "set"]);
  expect(stackAddons("config: {}", file)).toEqual([]);
});

test.each([
  ["1G", 1024 ** 3],
  ["1Gi", 1024 ** 3],
  ["768M", 768 * 1024 ** 2],
  ["1.5G", 1.5 * 1024 ** 3],
])("memory %s is %d bytes", (size, bytes) => {
  expect(memoryBytes(size, "--memory")).toBe(bytes);
});

test("a memory size that is none is refused with its place", () => {
  expect(() => memoryBytes("big", "--memory cp1=big")).toThrow(
    "--memory cp1=big: got big, expected a size like 768M or 1G",
  );
});

test("an unknown host gets the nearest known name, or all of them", () => {
  expect(unknownHost("cp11", ["cp1", "w1"], "lab").message).toBe(
    "lab: no host named cp11; did you mean cp1?",
  );
  expect(unknownHost("database", ["cp1", "w1"], "lab").message).toContain("known: cp1, w1");
});

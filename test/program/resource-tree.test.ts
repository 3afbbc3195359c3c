import { expectGoldenFile } from "../support/golden/golden-tree";
import { clusterProgram, withHost } from "../support/program/program-fixture";
import type { RecordedProgram } from "../support/program/recorded-program";
import { customDescendants, resourceTree } from "../support/program/resource-tree";

let ha: RecordedProgram;
let ownEtcd: RecordedProgram;
/** `ha` with a second worker. */
let grown: RecordedProgram;

beforeAll(async () => {
  grown = await clusterProgram("ha", withHost("w2", { address: "10.0.0.22", roles: ["worker"] }));
  ha = await clusterProgram("ha");
  ownEtcd = await clusterProgram("own-etcd");
});

test("ha: names, parents, order, providers and secret inputs are what the golden tree says", () => {
  expectGoldenFile("ha/resources.txt", resourceTree(ha));
});

test("own-etcd: names, parents, order, providers and secret inputs are what the golden tree says", () => {
  expectGoldenFile("own-etcd/resources.txt", resourceTree(ownEtcd));
});

test("a further worker adds lines to the tree and changes none", () => {
  const before = resourceTree(ha).split("\n");
  const after = resourceTree(grown).split("\n");
  expect(after.filter((line) => !line.includes("w2"))).toEqual(before);
  expect(after.length).toBeGreaterThan(before.length);
});

test("a further worker changes no input of another host's resources", () => {
  const inputs = (program: RecordedProgram) =>
    Object.fromEntries(
      program.resources
        .filter((resource) => !resource.name.includes("w2"))
        .map((resource) => [`${resource.type} ${resource.name}`, resource.inputs]),
    );
  expect(inputs(grown)).toEqual(inputs(ha));
});

test("a worker costs at most six resources on hosts and in the PKI, certificates included", () => {
  const worker = ha.resources.filter(
    (resource) => /-w1(-|$)/.test(resource.name) && !resource.type.startsWith("kubernetes:"),
  );
  expect(worker.map((resource) => resource.name)).not.toEqual([]);
  expect(worker.length).toBeLessThanOrEqual(6);
});

test("no type and name occurs twice", () => {
  for (const { resources } of [ha, ownEtcd]) {
    const urns = resources.map((resource) => resource.urn);
    expect(urns.filter((urn, index) => urns.indexOf(urn) !== index)).toEqual([]);
  }
});

test("no input holds an Output that became text, or an undefined that did", () => {
  for (const { resources } of [ha, ownEtcd]) {
    for (const resource of resources) {
      expect(JSON.stringify(resource.inputs)).not.toMatch(
        /Calling \[toString\]|\[object Object\]|undefined|NaN/,
      );
    }
  }
});

test("nothing on the hosts waits for a host's turn: layers of one kind do not depend on each other", () => {
  for (const component of ha.resources.filter((resource) => !resource.custom)) {
    const layers = customDescendants(component.urn, ha.resources).filter(
      (resource) => resource.type === "plinth:index:HostLayer",
    );
    const hostOf = (inputs: Readonly<Record<string, unknown>>) =>
      (inputs.host as { name: string }).name;
    for (const layer of layers) {
      const others = layers.filter((other) => hostOf(other.inputs) !== hostOf(layer.inputs));
      expect(layer.dependencies.filter((urn) => others.some((other) => other.urn === urn))).toEqual(
        [],
      );
    }
  }
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expectGoldenFile } from "../support/golden/golden-tree";
import { clusterProgram } from "../support/program/program-fixture";
import { recordedProgram } from "../support/program/recorded-program";
import { formerTails, urnTail } from "../support/program/urn-tails";

/**
 * All URNs that there have ever been in a release. The switch that writes golden files adds to it and takes
 * nothing away; the line of a resource that is to be deleted is taken out by hand, for a reviewer to see.
 */
const golden = "urns.txt";
const file = join(__dirname, "../golden", golden);
const listed = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];

/** The virtual address of one of the clusters is on a second interface. */
const interfaces = () => ({ mtus: { lo: 65_536, eth0: 1500, ens5: 1500 } });

test("no resource goes by another URN than before without an alias: its state would be deleted, and what is on hosts with it", async () => {
  const present = new Set<string>();
  const found = new Set<string>();
  for (const name of ["ha", "own-etcd", "vip", "addons"]) {
    const { resources } = await clusterProgram(name, (input) => input, interfaces);
    for (const resource of resources) {
      present.add(urnTail(resource, resources));
      for (const tail of formerTails(resource, resources)) found.add(tail);
    }
  }
  expect(listed.filter((tail) => !present.has(tail) && !found.has(tail))).toEqual([]);
  const all = [...new Set([...listed, ...present])].sort();
  expectGoldenFile(golden, `${all.join("\n")}\n`);
});

/** The URNs of what a program registers, and of each what else it is found under. */
async function tails(
  register: () => unknown,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const program = () => {
    register();
    return Promise.resolve({});
  };
  const { resources } = await recordedProgram(program, {}, () => {
    throw new Error("no host is asked");
  });
  return Object.fromEntries(
    resources.map((each) => [urnTail(each, resources), formerTails(each, resources)]),
  );
}

class Part extends pulumi.ComponentResource {}
const id = { byteLength: 1 };
const made = "random:index/randomId:RandomId";

describe("a resource is found under its former", () => {
  test("name, type and parent, as its aliases have them", async () => {
    const found = await tails(() => {
      const parent = new Part("plinth:new:Part", "c");
      new random.RandomId("c-new", id, { parent, aliases: [{ name: "c-old" }] });
      new random.RandomId("c-moved", id, {
        parent,
        aliases: [{ parent: pulumi.rootStackResource }],
      });
      new random.RandomId("c-typed", id, { parent, aliases: [{ type: "x:index:Old" }] });
      new random.RandomId("c-whole", id, {
        parent,
        aliases: ["urn:pulumi:test::plinth::x:index:Old::whole"],
      });
    });
    expect(found).toMatchObject({
      [`plinth:new:Part$${made}::c-new`]: [`plinth:new:Part$${made}::c-old`],
      [`plinth:new:Part$${made}::c-moved`]: [`${made}::c-moved`],
      [`plinth:new:Part$${made}::c-typed`]: ["plinth:new:Part$x:index:Old::c-typed"],
      [`plinth:new:Part$${made}::c-whole`]: ["x:index:Old::whole"],
    });
  });

  test("parent's type and name, by aliases of the parent's alone", async () => {
    const found = await tails(() => {
      const top = new Part("plinth:new:Top", "c", {}, { aliases: [{ type: "plinth:old:Top" }] });
      const parent = new Part(
        "plinth:new:Part",
        "c-part",
        {},
        { parent: top, aliases: [{ name: "c-was" }] },
      );
      new random.RandomId("c-part-key", id, { parent });
    });
    expect([...found[`plinth:new:Top$plinth:new:Part$${made}::c-part-key`]!].sort()).toEqual([
      `plinth:new:Top$plinth:new:Part$${made}::c-was-key`,
      `plinth:old:Top$plinth:new:Part$${made}::c-part-key`,
      `plinth:old:Top$plinth:new:Part$${made}::c-was-key`,
    ]);
  });

  test("place, and under no other where it has no aliases", async () => {
    const found = await tails(() => new random.RandomId("c", id));
    expect(found).toEqual({ [`${made}::c`]: [] });
  });
});

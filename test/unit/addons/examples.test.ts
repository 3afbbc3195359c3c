import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { registry } from "../../../addons/registry";
import { expectGoldenDocument } from "../../support/golden/golden-tree";

const root = join(__dirname, "../../..");
const file = "Pulumi.dev.yaml";
const withKeys = registry.filter(({ key }) => key !== undefined).map(({ name }) => name);

/** The lines of every add-on's `example.yaml`, by the name of its folder. */
const examples = new Map(
  readdirSync(join(root, "addons"), { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === "example.yaml")
    .map((path) => [basename(dirname(path)), linesOf(join(root, "addons", path))]),
);

function linesOf(path: string): readonly string[] {
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

test("every add-on with a key has an example of its own", () => {
  expect([...examples.keys()].sort()).toEqual([...withKeys].sort());
});

test("the development config has the examples of all add-ons, commented out", () => {
  const lines = withKeys
    .flatMap((name) => examples.get(name) ?? [])
    .map((line) => line.replace(/^( *)(# )?/, "      $1# "));
  const text = readFileSync(join(root, file), "utf8");
  const whole = text.replace(/(?<=^ {4}# addons:\n)( {6}.*\n)*/m, `${lines.join("\n")}\n`);
  expectGoldenDocument(file, whole);
});

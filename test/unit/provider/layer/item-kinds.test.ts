import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { joinedContent } from "../../../../components/host/host-layer";
import { inputFailures, normalInputs } from "../../../../provider/layer/input-checks";
import { itemKinds, kinds, listedKinds, noItems } from "../../../../provider/layer/item-kinds";
import { emptyManifest } from "../../../../provider/layer/manifest";

const root = join(__dirname, "../../../..");
const names: readonly string[] = kinds.map(([kind]) => kind);
const words = names.map((name) => new RegExp(`\\b${name}\\b`));

/** Who says what the items of a kind are on a host, or does something with them. */
const meanings = [
  "provider/apply/removal.ts",
  "provider/apply/staging-steps.ts",
  "provider/apply/steps.ts",
  "provider/layer/input-checks.ts",
  "provider/layer/layer-files.ts",
  "provider/layer/wanted-layer.ts",
  "provider/look/ask-host.ts",
  "provider/look/live-state.ts",
  "provider/plan/item-plan.ts",
  "provider/plan/live-inputs.ts",
  "provider/plan/plan.ts",
  "provider/plan/removed.ts",
];
/** The host of the benchmark, which stands in for the scripts. */
const standIns = ["bench/scale/simulation/change-verbs.ts", "bench/scale/simulation/look-verbs.ts"];
/** What add-ons need of hosts, in the words of what hosts can have. */
const needs = ["components/config/model/addon-definition.ts"];
/** Folders whose files render what is in layers. */
const renderers = /^components\/(control-plane|etcd|node)\//;

describe("kinds of items", () => {
  test("are listed in one file: others name those with which they do something", () => {
    const parts = ["provider", "components", "addons", "cli", "lab", "bench", "toolchain"];
    const naming = parts
      .flatMap(sourcesBelow)
      .filter((file) => !renderers.test(file) && namedKinds(file, 3).size >= 3);
    expect(naming.sort()).toEqual(
      ["provider/layer/item-kinds.ts", ...meanings, ...standIns, ...needs].sort(),
    );
  });

  test("that need no more than a function of the scripts are named by the table alone", () => {
    const plainKinds = Object.entries(itemKinds).filter(([, kind]) => "removedBy" in kind);
    const plain = plainKinds.map(([kind]) => kind);
    expect(plain).toContain("interfaces");
    const naming = sourcesBelow("provider").filter((file) =>
      plain.some((kind) => namedKinds(file).has(kind)),
    );
    expect(naming).toEqual(["provider/layer/item-kinds.ts"]);
  });

  test("are empty where inputs lack them", () => {
    expect(normalInputs({})).toEqual({ ...noItems, unitOrder: [] });
    expect(joinedContent()).toEqual(noItems);
  });

  test.each(names)("%s is checked", (kind) => {
    const host = { name: "h", address: "a", port: 22, user: "root" };
    const layer = { ...noItems, host, cluster: "c", layer: "l", unitOrder: [] };
    expect(inputFailures(layer as never)).toEqual([]);
    const properties = inputFailures({ ...layer, [kind]: 7 } as never).map((one) => one.property);
    expect(properties).toEqual([kind]);
  });

  test("that a manifest lists are lists of one that an earlier version wrote, too", () => {
    const made = ["madeUsers", "madeDirectories"];
    expect(Object.keys(emptyManifest)).toEqual(["complete", ...listedKinds, ...made]);
  });
});

/** Kinds that a source spells as a property or a text; none where fewer than `least` of the words are in it. */
function namedKinds(file: string, least = 1): ReadonlySet<string> {
  const text = readFileSync(join(root, file), "utf8");
  const found = new Set<string>();
  if (words.filter((word) => word.test(text)).length < least) return found;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || (ts.isIdentifier(node) && isProperty(node)))
      if (names.includes(node.text)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function isProperty(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  return (
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isBindingElement(parent)
  );
}

function sourcesBelow(part: string): readonly string[] {
  return readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => `${part}/${file}`);
}

import { registry } from "../../../../addons/registry";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";

import { clusterConfig } from "../../../../components/config/cluster-config";
import { configWarnings } from "../../../../components/config/rules/config-warnings";

const root = join(__dirname, "../../../..");
const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".yaml"));
const files = ["Pulumi.dev.yaml", ...examples.map((name) => join("examples", name))];
const stack = z.object({ config: z.object({ "plinth:cluster": z.unknown() }) });

const clusterOf = (file: string) => {
  const text = readFileSync(join(root, file), "utf8");
  return clusterConfig(stack.parse(load(text)).config["plinth:cluster"], file, registry);
};

/** A validator made from the JSON Schema itself, as editors have it. */
const editorSchema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(root, "examples/schema.json"), "utf8"),
  ) as z.core.JSONSchema.JSONSchema,
);

test.each(files)("%s is a cluster without problems", (file) => {
  expect(clusterOf(file).hosts.length).toBeGreaterThan(0);
});

test.each(files)("%s fits the JSON Schema that editors check it with", (file) => {
  expect(
    editorSchema.safeParse(load(readFileSync(join(root, file), "utf8"))).error,
  ).toBeUndefined();
});

test("the JSON Schema refuses a key that the parser refuses", () => {
  const document = {
    config: { "plinth:cluster": { name: "a", kubernetesVersion: "1.36.4", hosts: {}, nam: 1 } },
  };
  expect(editorSchema.safeParse(document).success).toBe(false);
});

test.each(examples)("%s causes no warning", (name) => {
  expect(configWarnings(clusterOf(join("examples", name)))).toEqual([]);
});

describe("the development config", () => {
  const text = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
  /** With every key that is commented out. */
  const whole = text.replaceAll(/^( *)# (?=[a-z][\w.-]*:( |$))/gm, "$1").replaceAll("…", "");
  const cluster = stack.parse(load(whole)).config["plinth:cluster"];

  test("explains every key in its place", () => {
    const table = readFileSync(join(root, "docs/configuration.md"), "utf8");
    const keys = [...table.matchAll(/^\| `(.+?)` \|/gm)].map((row) => row[1] ?? "");
    expect(keys.length).toBeGreaterThan(170);
    expect(keys.filter((key) => !isExplained(cluster, stepsOf(key)))).toEqual([]);
  });

  test("has no problems when every key is set and every add-on is on", () => {
    const on = load(whole.replaceAll("enabled: false", "enabled: true"));
    const input = stack.parse(on).config["plinth:cluster"];
    expect(clusterConfig(input, "Pulumi.dev.yaml", registry).hosts.length).toBeGreaterThan(0);
  });
});

/** `hosts`, `<name>`, `address`: names with dots stand in quotes. */
function stepsOf(key: string): readonly string[] {
  return [...key.matchAll(/"([^"]+)"|([^."]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function isExplained(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  if (step === "<name>") return Object.values(value).some((each) => isExplained(each, rest));
  return step in value && isExplained((value as Record<string, unknown>)[step], rest);
}

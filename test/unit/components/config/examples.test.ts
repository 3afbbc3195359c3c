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
  return clusterConfig(stack.parse(load(text)).config["plinth:cluster"], file);
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

test("the development config explains every key", () => {
  const text = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
  const table = readFileSync(join(root, "docs/configuration.md"), "utf8");
  const keys = [...table.matchAll(/^\| `(.+?)` \|/gm)].map((row) => row[1] ?? "");
  const words = new Set(text.split(/[\s:{},]+/));
  const unexplained = keys.filter((key) => !words.has(lastName(key)));
  expect(keys.length).toBeGreaterThan(80);
  expect(unexplained).toEqual([]);
});

function lastName(key: string): string {
  return /"(.+)"$/.exec(key)?.[1] ?? key.slice(key.lastIndexOf(".") + 1);
}

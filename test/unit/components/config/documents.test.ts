import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { configJsonSchema } from "../../../../components/config/documents/config-json-schema";
import { configTable } from "../../../../components/config/documents/config-table";

const root = join(__dirname, "../../../..");

/** `REGENERATE=1 npx jest test/unit/components/config/documents` writes both, and fails. */
const regenerate = process.env.REGENERATE === "1";

const documents = [
  ["examples/schema.json", `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ["docs/configuration.md", configTable()],
] as const;

test.each(documents)("%s says what the schema says", (path, text) => {
  if (regenerate) {
    writeFileSync(join(root, path), text);
    throw new Error(`${path} is written anew; run the tests again without REGENERATE`);
  }
  const advice = `stale: REGENERATE=1 npx jest test/unit/components/config/documents`;
  const committed = readFileSync(join(root, path), "utf8");
  expect(committed === text ? "fresh" : advice).toBe("fresh");
});

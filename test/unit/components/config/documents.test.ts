import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { configJsonSchema } from "../../../../components/config/documents/config-json-schema";
import { configTable } from "../../../../components/config/documents/config-table";

const root = join(__dirname, "../../../..");

/** `PLINTH_GOLDEN=write npx jest config/documents` writes both, and fails. */
const regenerate = process.env.PLINTH_GOLDEN === "write";

const documents = [
  ["examples/schema.json", `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ["docs/configuration.md", configTable()],
] as const;

test.each(documents)("%s says what the schema says", (path, text) => {
  if (regenerate) {
    writeFileSync(join(root, path), text);
    throw new Error(`${path} is written; review it, then run without PLINTH_GOLDEN`);
  }
  const advice = `stale: PLINTH_GOLDEN=write npx jest config/documents`;
  const committed = readFileSync(join(root, path), "utf8");
  expect(committed === text ? "fresh" : advice).toBe("fresh");
});

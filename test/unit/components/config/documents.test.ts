import { configJsonSchema } from "../../../../components/config/documents/config-json-schema";
import { configTable } from "../../../../components/config/documents/config-table";
import { expectGoldenDocument } from "../../../support/golden/golden-tree";

test.each([
  ["examples/schema.json", `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ["docs/configuration.md", configTable()],
])("%s says what the schema says", (path, text) => expectGoldenDocument(path, text));

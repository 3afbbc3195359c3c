import { registry } from "../../../../addons/registry";
import { configJsonSchema } from "../../../../components/config/documents/config-json-schema";
import { configTable } from "../../../../components/config/documents/config-table";
import { expectGoldenDocument } from "../../../support/golden/golden-tree";

test.each([
  ["examples/schema.json", `${JSON.stringify(configJsonSchema(registry), null, 2)}\n`],
  ["docs/configuration.md", configTable(registry)],
])("%s says what the schema says", (path, text) => expectGoldenDocument(path, text));

#!/usr/bin/env bash
# zod 4.6.7 and ajv 8.20.0: the JSON Schema that zod makes of a schema refuses input that the schema
# itself accepts.
#
# Why it surprises: z.toJSONSchema looks like the way to let an editor check a configuration file. It
# describes the *output*: a key with a default is required, since it is always there after parsing,
# and other keys are forbidden, since a plain z.object drops them. So an editor marks a file that
# loads well. `{ io: "input" }` is what describes a file.
#
# Seen, for z.object({ port: z.number().default(6443) }):
#   schema.parse({})                   { port: 6443 }
#   schema.parse({ other: 1 })         { port: 6443 }
#   ajv, z.toJSONSchema(schema)        {} refused (required), { port: 1, other: 1 } refused
#   ajv, ..., { io: "input" }          both valid
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --ignore-scripts zod@4.6.7 ajv@8.20.0
cat >program.cjs <<'NODE'
const assert = require("node:assert/strict");
const Ajv = require("ajv/dist/2020").default;
const { z } = require("zod");
const schema = z.object({ port: z.number().default(6443) });
assert.deepEqual(schema.parse({}), { port: 6443 });
assert.deepEqual(schema.parse({ other: 1 }), { port: 6443 });
const keywords = (io, value) => {
  const validate = new Ajv().compile(z.toJSONSchema(schema, { io }));
  return validate(value) ? [] : validate.errors.map((error) => error.keyword);
};
const seen = ["output", "input"].map((io) => [
  io,
  keywords(io, {}),
  keywords(io, { port: 1, other: 1 }),
]);
console.log(JSON.stringify(seen));
assert.deepEqual(z.toJSONSchema(schema), z.toJSONSchema(schema, { io: "output" }));
assert.deepEqual(seen, [
  ["output", ["required"], ["additionalProperties"]],
  ["input", [], []],
]);
NODE
node program.cjs

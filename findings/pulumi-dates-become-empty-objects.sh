#!/usr/bin/env bash
# @pulumi/pulumi 3.248.0: a Date, Map, Set or URL inside of an input becomes `{}`, a Buffer an object
# of numbered bytes.
#
# Why it surprises: the types allow it (`Input<T>` of anything, and the callback of `apply` is typed
# with a Date), nothing is thrown, and pulumi.jsonStringify looks like JSON.stringify, which prints
# a Date as its ISO text. Lifting copies each object key by key into a plain one; prototypes,
# getters and methods are gone. A certificate's expiry written into a file that way is `{}`.
#
# Seen:
#   pulumi.output({ at: new Date(0) })          { at: {} }
#   pulumi.jsonStringify({ at: new Date(0) })   {"at":{}}       JSON.stringify: {"at":"1970-01-01T…Z"}
#   pulumi.output(new Map([["a", 1]]))          {}
#   pulumi.output(Buffer.from("hi"))            { '0': 104, '1': 105 }
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --ignore-scripts @pulumi/pulumi@3.248.0
cat >program.cjs <<'NODE'
const assert = require("node:assert/strict");
const pulumi = require("@pulumi/pulumi");
const lifted = (value) => new Promise((resolve) => void pulumi.output(value).apply(resolve));
(async () => {
  const { at } = await lifted({ at: new Date(0) });
  const json = await lifted(pulumi.jsonStringify({ at: new Date(0) }));
  const map = await lifted(new Map([["a", 1]]));
  const buffer = await lifted(Buffer.from("hi"));
  console.log({ at, json, map, buffer });
  assert.equal(at instanceof Date, false);
  assert.equal(json, '{"at":{}}');
  assert.deepEqual(map, {});
  assert.deepEqual(buffer, { 0: 104, 1: 105 });
})();
NODE
node program.cjs

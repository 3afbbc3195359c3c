#!/usr/bin/env bash
# @pulumi/pulumi 3.248.0: a promise around `apply` never settles in a preview, and the program ends
# there with exit code 0.
#
# Why it surprises: `await new Promise((resolve) => output.apply(resolve))` works in every update and
# in tests with mocks, which are updates unless told otherwise. In a preview of a new resource its
# outputs are unknown, so the callback is not called at all, neither with undefined nor with a
# placeholder. Node.js finds nothing left to wait for and exits 0: all resources after the await are
# missing from the preview, which looks complete.
#
# Seen:
#   preview   "before", exit 0
#   update    "before", "after", exit 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --ignore-scripts @pulumi/pulumi@3.248.0
cat >program.cjs <<'NODE'
const pulumi = require("@pulumi/pulumi");
const preview = process.argv[2] === "preview";
// an engine answers a creation in a preview without what only the real creation would tell
const newResource = ({ inputs }) => ({
  id: preview ? undefined : "id",
  state: preview ? { ...inputs } : { ...inputs, address: "192.0.2.1" },
});
pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "finding", "dev", preview);
const host = new pulumi.CustomResource("finding:index:Host", "host", { address: undefined });
(async () => {
  console.log("before");
  await new Promise((resolve) => void host.address.apply(resolve));
  console.log("after");
})();
NODE
for mode in preview update; do node program.cjs "$mode" | tee "$mode.txt"; done
[ "$(cat preview.txt)" = before ]
[ "$(cat update.txt)" = "$(printf 'before\nafter')" ]

#!/usr/bin/env bash
# @pulumi/pulumi 3.248.0 below TypeScript 5.9.3: from target ES2022 on, an output declared as a class
# field is `undefined`.
#
# Why it surprises: `readonly pem!: pulumi.Output<string>` compiles under strict, holds an output up
# to target ES2021, and nothing else in the program changes. The SDK sets a custom resource's
# outputs inside of super(); from ES2022 on TypeScript emits the field, which overwrites it right
# after. A consumer gets undefined and, worse, no dependency, without an error. `declare readonly` or
# "useDefineForClassFields": false is the cure.
#
# Seen, the same source twice:
#   tsc --target es2021   pem is an Output: true
#   tsc --target es2022   pem is an Output: false
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --ignore-scripts \
  @pulumi/pulumi@3.248.0 typescript@5.9.3 @types/node@20.19.0
cat >program.ts <<'TS'
import * as pulumi from "@pulumi/pulumi";
pulumi.runtime.setMocks({
  newResource: ({ inputs }) => ({ id: "id", state: { ...inputs, pem: "text" } }),
  call: ({ inputs }) => inputs,
});
class Key extends pulumi.CustomResource {
  readonly pem!: pulumi.Output<string>;
  constructor(name: string) {
    super("finding:index:Key", name, { pem: undefined });
  }
}
console.log("pem is an Output:", pulumi.Output.isInstance(new Key("key").pem));
TS
for target in es2021 es2022; do
  npx tsc program.ts --strict --skipLibCheck --types node \
    --module commonjs --target "$target" --outDir "$target"
  node "$target/program.js" | tee "$target.txt"
done
grep -q true es2021.txt
grep -q false es2022.txt

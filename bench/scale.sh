#!/usr/bin/env bash
# What runs of the program take with 10 to 200 simulated hosts, by its own layers, engine, provider
# and file backend: writes docs/scale.md and docs/scale.svg. Nothing of the lab is needed.
# usage: bench/scale.sh [--sizes 10,50,100,200] [--repeats 3]; with sizes, the documents stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
node build.mjs
bundle=(node_modules/.bin/esbuild --bundle --platform=node --target=node20 --log-level=warning
  --loader:.node=empty --external:cpu-features --external:./crypto/build/Release/sshcrypto.node)
"${bundle[@]}" bench/scale/main.ts --outfile=dist/scale.js
"${bundle[@]}" bench/scale/simulation/hosts-main.ts --outfile=dist/scale-hosts.js
"${bundle[@]}" '--external:@pulumi/*' bench/scale/program.ts --outfile=dist/scale-program.js
[ $# -gt 0 ] || set -- --docs
exec node dist/scale.js "$@"

#!/usr/bin/env bash
# Installs and bundles what is missing, then hands over to the lab's command line.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! cmp -s package-lock.json node_modules/.plinth-lock; then
  echo "installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.plinth-lock
else
  node build.mjs
fi
exec node dist/lab.js "$@"

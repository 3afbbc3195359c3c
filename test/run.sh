#!/usr/bin/env bash
# Installs and bundles what is missing, then runs the tests: all, or `npm test -- static unit`.
set -euo pipefail
cd "$(dirname "$0")/.."

prepare() {
  if ! cmp -s package-lock.json node_modules/.plinth-lock; then
    echo "installing npm packages"
    npm ci --no-audit --no-fund --loglevel=error </dev/null &&
      cp package-lock.json node_modules/.plinth-lock
  else
    node build.mjs
  fi &&
    node_modules/.bin/esbuild test/run/main.ts --bundle --platform=node --target=node20 \
      --outfile=dist/test.js --log-level=warning
}

if ! prepare; then
  echo "the tests could not be prepared, so none ran"
  echo "0 passed, 1 failed"
  exit 1
fi
exec node dist/test.js "$@"

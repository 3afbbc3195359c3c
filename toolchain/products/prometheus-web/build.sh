#!/usr/bin/env bash
# Prometheus' web pages: build.sh MODULE TARGET makes TARGET/static of the sources in Prometheus' Go
# module and the packages in its lock file, as upstream's own build does.
set -euo pipefail
module=$1
target=$2

work=$target/.work
mkdir "$work"
cp package.json package-lock.json "$work"
npm ci --prefix "$work" --no-audit --no-fund --loglevel=error
export PATH=$work/node_modules/.bin:$PATH

# Go's modules are read-only
cp --recursive --no-preserve=mode "$module/web/ui" "$work/ui"
cd "$work/ui"
# a store of its own leaves nothing behind
pnpm install --frozen-lockfile --store-dir "$work/store" --reporter append-only
bash build_ui.sh --mantine-ui
mv static "$target/static"
rm -r "$work"

#!/usr/bin/env bash
# How long the tests of this clone take beside those of another one, such as a clone of an earlier
# commit: seconds of each part and of the whole, medians of runs in turns, and this clone's share of the
# other's. The first run of each fills caches and is not counted.
# usage: bench/tests.sh OTHER_CLONE [RUNS [PART...]], by default 3 runs of `npm test`, all its parts;
# each run begins with an emptied lab, and nothing else should compute meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
other=$(realpath "$1")
runs=${2:-3}
parts=("${@:3}")
results=$(mktemp -d)

# appends to a file, a line each: part, seconds
run() { # clone, file
  local log began ended
  log=$results/log
  (cd "$1" && bash lab/start.sh down </dev/null >"$log" 2>&1) || true
  began=$(date +%s%N)
  if ! (cd "$1" && CI=true npm test --silent -- "${parts[@]}" </dev/null >"$log" 2>&1); then
    tail -n 20 "$log"
    echo "the tests of $1 failed; $log has all that they said" >&2
    exit 1
  fi
  ended=$(date +%s%N)
  awk '/^[a-z0-9]+ +[0-9.]+ s +[0-9]+ passed/ { print $1, $2 }' "$log" >>"$2"
  awk -v ns="$((ended - began))" 'BEGIN { printf "whole %.1f\n", ns / 1e9 }' >>"$2"
}

run . /dev/null
run "$other" /dev/null
for ((round = 1; round <= runs; round++)); do
  # who begins takes turns, too: a machine that slows down or speeds up favours nobody
  if ((round % 2)); then
    run . "$results/this"
    run "$other" "$results/other"
  else
    run "$other" "$results/other"
    run . "$results/this"
  fi
  echo "round $round of $runs is done" >&2
done

medians() { # file; prints: part, median
  sort -k 1,1 -k 2,2n "$1" | awk '
    function told() { if (n) print part, (value[int((n + 1) / 2)] + value[int(n / 2) + 1]) / 2 }
    $1 != part { told(); part = $1; n = 0 }
    { value[++n] = $2 }
    END { told() }'
}

printf "%-12s %8s %8s %6s\n" part "this s" "other s" ratio
# in the order in which this clone runs them
awk '!seen[$1]++ { print $1 }' "$results/this" | while read -r part; do
  awk -v part="$part" 'NR == FNR { ours[$1] = $2; next } $1 == part {
    printf "%-12s %8.1f %8.1f %6.2f\n", part, ours[part], $2, ours[part] / $2
  }' <(medians "$results/this") <(medians "$results/other")
done
rm -r "$results"

#!/usr/bin/env bash
# Seconds from `pulumi up` on fresh, booted hosts to all nodes Ready and DNS answering on each node,
# and of a second `pulumi up` that finds nothing to change.
# usage: bench/create.sh [RUNS]; ends the lab's cluster. Binaries and images must be built already.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
hosts="cp1 cp2 cp3 w1 w2"
lab() { node dist/lab.js "$@"; }

answers() {
  for host in $hosts; do
    # the cluster's DNS service, asked from the host's own network
    ip netns exec "plinth-$host" node -e '
      const { Resolver } = require("node:dns").promises;
      const resolver = new Resolver({ timeout: 500, tries: 1 });
      resolver.setServers(["10.96.0.10"]);
      resolver.resolve4("kubernetes.default.svc.cluster.local").catch(() => process.exit(1));
    ' || return 1
  done
}

node build.mjs
lab serve >/dev/null
for ((run = 1; run <= runs; run++)); do
  lab pulumi destroy --yes --skip-preview --parallel 64 >/dev/null 2>&1 || true
  # shellcheck disable=SC2086 # a list of names
  lab remove $hosts >/dev/null 2>&1 || true
  lab up >/dev/null
  lab pulumi stack rm dev --yes --force --preserve-config >/dev/null 2>&1 || true
  start=$(date +%s.%N)
  lab pulumi up --yes --skip-preview --parallel 64 >"/tmp/plinth-bench-create-$run.log" 2>&1
  up=$(date +%s.%N)
  lab pulumi stack output kubeconfig --show-secrets >/tmp/plinth-bench-kubeconfig
  node_wait=(wait --for=condition=Ready nodes --all --timeout=120s)
  lab kubectl --kubeconfig /tmp/plinth-bench-kubeconfig "${node_wait[@]}" >/dev/null
  for ((try = 0; try < 300; try++)); do answers 2>/dev/null && break; sleep 0.2; done
  answers
  end=$(date +%s.%N)
  rm -f /tmp/plinth-bench-kubeconfig
  lab pulumi up --yes --skip-preview --parallel 64 --expect-no-changes >>"/tmp/plinth-bench-create-$run.log" 2>&1
  again=$(date +%s.%N)
  awk -v run="$run" -v start="$start" -v up="$up" -v end="$end" -v again="$again" 'BEGIN {
    printf "run %d: pulumi up %.1f s, once more %.1f s, ready and resolving %.1f s\n",
      run, up - start, again - end, end - start
  }'
done | tee /dev/stderr |
  awk '{ print $(NF - 1) }' | sort -n |
  awk '{ v[NR] = $1 } END { printf "min %.1f s, median %.1f s, max %.1f s\n", v[1], v[int((NR + 1) / 2)], v[NR] }'

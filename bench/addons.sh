#!/usr/bin/env bash
# Memory and CPU of what runs in a cluster, pod by pod, as a Markdown table: working set and CPU time
# used per second over a minute, as the kubelets report them.
# usage: bench/addons.sh KUBECONFIG
set -euo pipefail
export KUBECONFIG=$1
kubectl=${KUBECTL:-kubectl}

# prints: namespace, pod, working set in bytes, CPU time in ns since its start
sample() {
  "$kubectl" get nodes -o name | while IFS=/ read -r _ node; do
    "$kubectl" get --raw "/api/v1/nodes/$node/proxy/stats/summary" | node -e '
      const { pods } = JSON.parse(require("fs").readFileSync(0, "utf8"));
      for (const { podRef, memory, cpu } of pods)
        console.log(podRef.namespace, podRef.name, memory.workingSetBytes, cpu.usageCoreNanoSeconds);
    '
  done | sort
}

first=$(sample)
began=$(date +%s%N)
sleep 60
second=$(sample)
ended=$(date +%s%N)

echo "| Namespace | Pod | Working set MiB | CPU, thousandths |"
echo "| --- | --- | ---: | ---: |"
join -j 1 -o 1.2,1.3,1.4,2.2,2.3 \
  <(awk '{ print $1 "/" $2, $1, $2, $4 }' <<<"$first") <(awk '{ print $1 "/" $2, $3, $4 }' <<<"$second") |
  awk -v ns="$((ended - began))" \
    '{ printf "| %s | %s | %.0f | %.1f |\n", $1, $2, $4 / 1048576, ($5 - $3) * 1000 / ns }'

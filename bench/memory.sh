#!/usr/bin/env bash
# Memory of each component on the hosts of a running cluster, as a Markdown table: anonymous memory of
# its cgroup (what it can't give back) and resident memory of its processes (with pages of files,
# those that several share counted for each). containerd's includes the shims of its pods.
# usage: bench/memory.sh [HOST...]; by default one host of each kind of the development cluster.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- cp1 w1

# prints: component, anonymous KiB, resident KiB
measure() {
  cat <<'REMOTE'
folder() { # cgroup, which version 1 has below the controller's own folder
  if [ -d /sys/fs/cgroup/memory ]; then echo "/sys/fs/cgroup/memory$1"; else echo "/sys/fs/cgroup$1"; fi
}
row() { # component, cgroup, processes
  name=$1 group=$2
  shift 2
  # version 1 counts the children's in total_rss, version 2 in anon
  anonymous=$(awk '$1 == "total_rss" || $1 == "anon" { print int($2 / 1024) }' "$(folder "$group")/memory.stat")
  resident=$(for pid; do grep VmRSS "/proc/$pid/status"; done 2>/dev/null | awk '{ sum += $2 } END { print sum + 0 }')
  echo "$name $anonymous $resident"
}
for unit in etcd kube-apiserver kube-apiserver-vip kube-controller-manager kube-scheduler \
  kube-apiserver-balancer containerd kubelet kube-proxy; do
  systemctl is-active --quiet "$unit" || continue
  group=$(systemctl show -P ControlGroup "$unit")
  row "$unit" "$group" $(cat "$(folder "$group")/cgroup.procs")
done
for name in flanneld coredns; do
  for pid in $(pgrep -x "$name"); do
    row "pod:$name" "$(sed -nE 's/^([0-9]+:memory|0:):(.*)/\2/p' "/proc/$pid/cgroup" | head -n 1)" "$pid"
  done
done
row whole-host "" $(ps -eo pid=)
REMOTE
}

echo "| Host | Component | Anonymous MiB | Resident MiB |"
echo "| --- | --- | ---: | ---: |"
for host; do
  measure | node dist/lab.js ssh "$host" sh -s |
    awk -v host="$host" '{ printf "| %s | %s | %.0f | %.0f |\n", host, $1, $2 / 1024, $3 / 1024 }'
done

# shellcheck shell=sh
# Deletes the Node object of a host that is no node any more. Run on a control plane; status 11: it can't help now.
set -eu
node=$1 state=$2 server=$3
PATH="$PATH:/usr/local/bin"
export KUBECONFIG=/etc/kubernetes/admin.conf

if ! found=$(kubectl get node "$node" --request-timeout=10s --ignore-not-found \
  -o 'jsonpath=node {.status.conditions[?(@.type=="Ready")].status}' 2>&1); then
  echo "the API server at $server does not answer: $found"
  exit 11
fi
if [ "$state" = lost ] && [ "$found" = 'node True' ]; then
  echo "the node $node is Ready: it is not lost; take it out of lost"
  exit 1
fi
kubectl delete node "$node" --ignore-not-found --timeout=60s

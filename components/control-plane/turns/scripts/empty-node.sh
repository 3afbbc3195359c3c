# shellcheck shell=sh
# Empties a node that is about to leave, as far as the disruption budgets of its pods allow within some seconds.
# Runs on a control plane; status 11: it can't help now. A lost node is not emptied, only looked at.
set -eu
node=$1 state=$2 seconds=$3 force=$4 server=$5
PATH="$PATH:/usr/local/bin"
export KUBECONFIG=/etc/kubernetes/admin.conf
pki=/etc/kubernetes/pki
# shellcheck disable=SC2016
owners='{{range .items}}{{$kind := "-"}}{{range .metadata.ownerReferences}}{{if .controller}}{{$kind = .kind}}{{end}}{{end}}{{.metadata.namespace}} {{.metadata.name}} {{$kind}}{{"\n"}}{{end}}'

# Lines "namespace pod controller" of what a drain would still have to end.
pods_left() {
  kubectl get pods -A -o go-template="$owners" \
    --field-selector "spec.nodeName=$node,status.phase!=Succeeded,status.phase!=Failed" |
    grep -vE ' (DaemonSet|Node)$' || true
}

# What the eviction API says against the end of a pod: it names the budget, which kubectl does not.
objection() { # namespace, pod
  curl -s --max-time 5 --cacert "$pki/ca.crt" --cert "$pki/admin.crt" --key "$pki/admin.key" \
    -H 'Content-Type: application/json' \
    -d "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"namespace\":\"$1\",\"name\":\"$2\"}}" \
    "$server/api/v1/namespaces/$1/pods/$2/eviction?dryRun=All&pretty=true" |
    sed -n 's/^ *"message": "\(.*\)",\{0,1\}$/\1/p' | tail -n 1
}

if ! found=$(kubectl get node "$node" --request-timeout=10s --ignore-not-found \
  -o 'jsonpath=node {.status.conditions[?(@.type=="Ready")].status}' 2>&1); then
  echo "the API server at $server does not answer: $found"
  exit 11
fi
[ -n "$found" ] || exit 0
if [ "$state" = lost ]; then
  [ "$found" = 'node True' ] || exit 0
  echo "the node $node is Ready: it is not lost; take it out of lost"
  exit 1
fi

set -- drain "$node" --ignore-daemonsets --delete-emptydir-data "--timeout=${seconds}s"
# nobody is there who could say that a pod has ended
[ "$found" = 'node True' ] || set -- "$@" --skip-wait-for-delete-timeout=10
[ -z "$force" ] || set -- "$@" --force
if output=$(kubectl "$@" 2>&1); then exit 0; fi
if [ -n "$force" ] && output=$(kubectl "$@" --disable-eviction 2>&1); then exit 0; fi

left=$(pods_left)
echo "the node $node could not be emptied within $seconds s; it stays cordoned, and its host is as it was:"
[ -n "$left" ] || printf '%s\n' "$output" | tail -n 5
printf '%s' "$left${left:+
}" | head -n 8 | while read -r namespace pod kind; do
  reason='no controller would start it again elsewhere'
  [ "$kind" = - ] || reason=$(objection "$namespace" "$pod" || true)
  echo "$namespace/$pod: ${reason:-it still runs}"
done
[ "$(printf '%s\n' "$left" | wc -l)" -le 8 ] || echo "and other pods"
echo "make room for them or change their budgets and run again, or set drain.force to end them all the same;"
echo "to keep the node, put it back into the stack config and run: kubectl uncordon $node"
exit 1

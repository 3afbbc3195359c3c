# shellcheck shell=sh
# Whether the nodes can spare this one for a moment: every other one but those named is Ready, or is so within some
# seconds. It asks as kube-proxy does, which may list nodes; status 10: this node is of no use as it is.
set -eu
node=$1 seconds=$2
shift 2
ignored=" $node $* "
settings=/var/lib/kube-proxy
kubelet=/var/lib/kubelet

# Lines "name status" of all nodes, as kubectl shows them.
nodes() {
  server=$(sed -n 's/^ *server: *//p' "$settings/kubeconfig.conf")
  curl -sf --max-time 5 --retry 2 --retry-connrefused --cacert "$kubelet/pki/ca.crt" \
    --cert "$settings/kube-proxy.crt" --key "$settings/kube-proxy.key" \
    -H 'Accept: application/json;as=Table;v=v1;g=meta.k8s.io' \
    "$server/api/v1/nodes?includeObject=None&pretty=false" |
    tr '{' '\n' | sed -n 's/^"cells":\["\([^"]*\)","\([^",]*\).*/\1 \2/p'
}

end=$(($(date +%s) + seconds))
while :; do
  missing='' own=''
  seen=$(nodes || true)
  while read -r name status; do
    [ "$name" != "$node" ] || own=$status
    case $ignored in *" $name "*) continue ;; esac
    [ "${status:-Ready}" = Ready ] || missing="$missing, $name"
  done <<EOF
$seen
EOF
  [ "$own" = Ready ] || exit 10
  [ -n "$missing" ] || break
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "${missing#, }: not Ready, and one more node would be away: repair it or set its maintenance, then run again"
    exit 1
  fi
  sleep 1
done
# from here on, its change is not over before it is Ready again
touch "$kubelet/was-ready"

# shellcheck shell=sh
# Passes when flannel on this host goes by the address that the API ($1) has of the node $2. It asks for that at its
# start alone: where the node got another one since, it is ended, and the kubelet starts it anew.
set -eu
server=$1 node=$2
kubelet=/var/lib/kubelet
crictl=/usr/local/bin/crictl
container=$($crictl ps -q --name '^kube-flannel$' | head -n 1)
[ -n "$container" ] || exit 0
used=$($crictl inspect "$container" | sed -n 's/.*"--iface=\([^"]*\)".*/\1/p' | head -n 1)
address=$(curl -sSf --max-time 5 --cacert "$kubelet/pki/ca.crt" \
  --cert "$kubelet/pki/kubelet.crt" --key "$kubelet/pki/kubelet.key" \
  "$server/api/v1/nodes/$node?pretty=false" | tr '{' '\n' |
  sed -n 's/^"type":"InternalIP","address":"\([^"]*\)".*/\1/p' | head -n 1)
if [ -z "$used" ] || [ -z "$address" ] || [ "$used" = "$address" ]; then exit 0; fi
echo "flannel goes by $used, and the node's address is $address"
$crictl stop --timeout 5 "$container" >/dev/null
exit 1

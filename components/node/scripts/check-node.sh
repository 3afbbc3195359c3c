# shellcheck shell=sh
# Passes when the node is Ready by the word of the kubelet that runs now; a node that was not before need not be.
set -eu
server=$1 node=$2
kubelet=/var/lib/kubelet
[ -e "$kubelet/was-ready" ] || exit 0
condition=$(curl -sSf --max-time 5 --cacert "$kubelet/pki/ca.crt" \
  --cert "$kubelet/pki/kubelet.crt" --key "$kubelet/pki/kubelet.key" \
  "$server/api/v1/nodes/$node?pretty=false" | tr '{' '\n' | grep '^"type":"Ready",')
value() { printf '%s\n' "$condition" | sed -n 's/.*"'"$1"'":"\(\([^"\\]\|\\.\)*\)".*/\1/p'; }

# names of time zones are ambiguous
started=$(date -d "$(TZ=UTC LC_ALL=C systemctl show -p ExecMainStartTimestamp --value kubelet.service)" +%s)
if [ "$(date -d "$(value lastHeartbeatTime)" +%s)" -lt "$started" ]; then
  echo "its kubelet has not reported since its start"
  exit 1
fi
if [ "$(value status)" != True ]; then
  echo "the node is not Ready: $(value message)"
  exit 1
fi
rm -f "$kubelet/was-ready"

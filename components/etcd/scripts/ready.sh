#!/bin/sh
# Whether etcd on this host works: its member counts, and there is a quorum. One that only learns is
# promoted once it has caught up; the other members have to be asked to. $1 is where health and metrics
# are served, $2 the member's own client URL.
set -eu
status=$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' "$1/readyz/non_learner") || true
if [ "$status" = 503 ]; then
  # shellcheck source=/dev/null
  . "${0%/*}/etcdctl.env"
  others=$(printf '%s\n' "$ETCDCTL_ENDPOINTS" | tr , '\n' | grep -vxF "$2" | paste -s -d , -)
  id=$(curl -s --max-time 2 "$1/metrics" | sed -n 's/^etcd_server_id{server_id="\([0-9a-f]*\)"} 1$/\1/p')
  etcdctl --endpoints="$others" --cacert="$ETCDCTL_CACERT" --cert="$ETCDCTL_CERT" --key="$ETCDCTL_KEY" \
    --command-timeout=3s member promote "$id" 2>&1 | grep -v '^{' >&2
fi
curl -sf --max-time 2 -o /dev/null "$1/readyz"

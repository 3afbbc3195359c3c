#!/bin/sh
# Whether etcd on this host works: its member counts, there is a quorum, and the others know where it is. One
# that only learns is promoted once it has caught up; the other members have to be asked to. $1 is where
# health and metrics are served, $2 and $3 are the member's own client and peer URL.
set -eu
# shellcheck source=/dev/null
. "${0%/*}/etcdctl.env"

own_id() {
  curl -s --max-time 2 "$1/metrics" | sed -n 's/^etcd_server_id{server_id="\([0-9a-f]*\)"} 1$/\1/p'
}

member() { # endpoints, then etcdctl's words
  endpoints=$1
  shift
  etcdctl --endpoints="$endpoints" --cacert="$ETCDCTL_CACERT" --cert="$ETCDCTL_CERT" --key="$ETCDCTL_KEY" \
    --command-timeout=3s member "$@" 2>&1 | grep -v '^{'
}

status=$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' "$1/readyz/non_learner") || true
if [ "$status" = 503 ]; then
  # of all that there are now: those of the stack config may be none but this one
  # the peers' listener offers HTTP/2, but speaks nothing of it
  others=$(curl -s --http1.1 --max-time 3 --cacert "$ETCDCTL_CACERT" --cert "$ETCDCTL_CERT" --key "$ETCDCTL_KEY" \
    "$3/members" | tr '{' '\n' | sed -n 's/.*"clientURLs":\["\([^"]*\)".*/\1/p' | grep -vxF "$2" | paste -s -d , -)
  member "$others" promote "$(own_id "$1")" >&2
fi
curl -sf --max-time 2 -o /dev/null "$1/readyz"
# the others learn a member's name and client URL some seconds after its first start, as it tells them until it
# succeeds; one that was started at another address when nobody could be told says so here
id=$(own_id "$1")
known=$(member "$2" list -w simple | awk -F ', ' -v id="$id" '$1 == id { print $2, $4 }')
case $known in
"started $3") exit 0 ;;
'' | "unstarted $3") ;;
*) member "$2" update "$id" --peer-urls="$3" >&2 ;;
esac
exit 1

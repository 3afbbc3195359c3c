# shellcheck shell=sh
# shellcheck disable=SC2153,SC2154  # set by members.sh, and by the environment
# Before etcd is started at another address of its host: the others are told, or they would go on looking
# for it where it was.
wait_for_quorum
own=$(printf '%s\n' "$members" | awk -v name="$NAME" -v url="$PEER_URL" '$2 == name && $3 != url { print $1 }')
[ -n "$own" ] || exit 0
change update "$own" --peer-urls="$PEER_URL" || fail "etcd does not let its member $NAME move to $PEER_URL: $said"

# shellcheck shell=sh
# shellcheck disable=SC2153,SC2154  # set by members.sh, and by the environment
# Before etcd is started on a host where it has no data: it may do so this once, as a founder or as a
# member that has just been added. One that lost its data is removed first: under its old id it would
# vote without knowing what it has voted for.

# Data of a member that is none any more, or that came to nothing.
set_data_aside() {
  if [ -e "$DATA/member" ]; then
    rm -rf "$DATA/member.old"
    mv "$DATA/member" "$DATA/member.old"
  fi
}

allow_first_start() { # state, initial cluster
  printf 'ETCD_INITIAL_CLUSTER_STATE=%s\nETCD_INITIAL_CLUSTER=%s\n' "$1" "$2" >"$FIRST_START.new"
  mv -f "$FIRST_START.new" "$FIRST_START"
}

# Members in this one's place, and learners that never started: their host is not being added now.
remove_stale() {
  while read -r id name peer client learner; do
    if [ "$name" != "$NAME" ] && [ "$peer" != "$PEER_URL" ]; then
      [ "$client $learner" = "- true" ] || continue
    fi
    if listens "$client" "$peer"; then
      fail "etcd has a member $name at $peer that still answers, but there is no data of it here in $DATA:" \
        "a wrong address in the stack config? If it runs here without its data, stop it and run again"
    fi
    remove_member "$id" "$name"
  done <<MEMBERS
$members
MEMBERS
}

add() {
  wait_for_quorum
  remove_stale
  remove_gone
  change add "$NAME" --learner --peer-urls="$PEER_URL"
}

# Of the first member that gives one; on this host, as none of the others stays.
take_only_snapshot() {
  wait_for_quorum
  for url in $(printf '%s\n' "$ENDPOINTS" | tr , ' '); do
    if said=$( (ENDPOINTS=$url && take_snapshot "before-$NAME-joins") 2>&1); then return 0; fi
  done
  fail "$said"
}

if [ -e "$WAL" ] && [ "$START" != rejoin ]; then exit 0; fi
set_data_aside
if [ "$START" = found ]; then
  printf 'ETCD_INITIAL_CLUSTER=%s\n' "$FOUNDERS" >"$FOUNDERS_FILE"
  allow_first_start new "$FOUNDERS"
  exit 0
fi
[ -z "$SNAPSHOTS" ] || take_only_snapshot
# an answer that got lost leaves a member that was added
add || add || fail "etcd takes no new member: $said"
cluster=$(printf '%s\n' "$said" | sed -n 's/^ETCD_INITIAL_CLUSTER="\(.*\)"$/\1/p')
[ -n "$cluster" ] || fail "etcd took a new member, but did not say how it begins: $said"
allow_first_start existing "$cluster"

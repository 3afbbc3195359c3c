# shellcheck shell=sh
# shellcheck disable=SC2153,SC2154  # set by members.sh, and by the environment
# Takes the member of another host ($1; $2 is here or lost) out of etcd, before its data goes. Run on
# the host of a member that stays.

# Sets leaving to the lines of the host's members, by its name or, where it never started, by its URL;
# rest to those of the others that count.
find_leaving() { # host
  list_members || return 1
  url=$(printf '%s\n' "$LEAVING" | tr , '\n' | sed -n "s/^$1=//p")
  leaving=$(printf '%s\n' "$members" | awk -v name="$1" -v url="$url" '$2 == name || $3 == url')
  rest=$(voters | awk -v name="$1" -v url="$url" '$2 != name && $3 != url')
}

# Without the member, the others have a quorum of their own.
rest_holds() { # host
  healthy=0 missing=$said
  find_leaving "$1" || return 1
  ask_health "$rest"
  total=$(lines_in "$rest")
  [ "$healthy" -ge "$((total / 2 + 1))" ]
}

hold_or_fail() { # seconds, host, what was going on
  limit=$(($(date +%s) + $1))
  until rest_holds "$2"; do
    [ "$(date +%s)" -lt "$limit" ] ||
      fail "$3: of the $total members of etcd without it $healthy are healthy, and it needs" \
        "$((total / 2 + 1)); missing: $missing"
    sleep 0.3
  done
}

# A leader that goes costs an election, during which nothing is written.
hand_over() {
  ctl "$1" endpoint status -w simple || return 0
  case $(printf '%s\n' "$said" | awk -F ', ' '{ print $9 }') in
  true) ctl "$1" move-leader "$2" || true ;;
  esac
}

host=$1 state=$2
total=0
find_leaving "$host" || unable "etcd on this host does not answer with a quorum behind it: $said"
[ -n "$leaving" ] || exit 0
# names of their own: the loops of members.sh read into the others
read -r _ _ own_peer own_client _ <<MEMBER
$leaving
MEMBER
if [ "$state" = lost ] && listens "$own_client" "$own_peer"; then
  fail "etcd's member $host answers at $own_peer: it is not lost"
fi
take_snapshot "before-$host-leaves"
remove_gone
hold_or_fail 10 "$host" "$host can't leave"
own=$(printf '%s\n' "$rest" | awk -v name="$NAME" '$2 == name { print $1 }')
[ "$state" = lost ] || [ "$own_client" = - ] || hand_over "$own_client" "$own"
while read -r id _; do
  [ -z "$id" ] || remove_member "$id" "$host"
done <<MEMBERS
$leaving
MEMBERS
hold_or_fail 30 "$host" "$host has left, but etcd is not healthy without it"

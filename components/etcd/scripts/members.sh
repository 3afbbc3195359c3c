# shellcheck shell=sh
# What the commands about etcd's members share. Their environment has the certificates for etcdctl, and
# in ENDPOINTS whom to ask.
# shellcheck disable=SC2153
set -eu
export LC_ALL=C

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Another host may be able to, and is asked next.
unable() {
  printf '%s\n' "$*" >&2
  exit 11
}

# Sets said to what etcdctl prints, without its log.
ctl() { # endpoints, then etcdctl's words
  status=0 endpoints=$1
  shift
  said=$(etcdctl --command-timeout=3s --endpoints="$endpoints" "$@" 2>&1 </dev/null) || status=$?
  said=$(printf '%s\n' "$said" | grep -v '^{' || true)
  return "$status"
}

# Sets members to lines of id, name, peer URL, client URL (each "-" where there is none) and whether it
# only learns. A member that never started has no client URL. Succeeds only with a quorum.
list_members() {
  ctl "$ENDPOINTS" member list -w simple || return 1
  members=$(printf '%s\n' "$said" | awk -F ', ' '{
    for (field = 3; field <= 5; field++) { sub(/,.*/, "", $field); if ($field == "") $field = "-" }
    print $1, $3, $4, $5, $6
  }')
}

wait_for_quorum() {
  limit=$(($(date +%s) + 60))
  until list_members; do
    [ "$(date +%s)" -lt "$limit" ] ||
      fail "no member of etcd at $ENDPOINTS answers with a quorum behind it: $said"
    sleep 0.5
  done
}

# Members that count for the quorum.
voters() { printf '%s\n' "$members" | awk '$5 == "false"'; }

lines_in() { printf '%s' "$1" | grep -c '' || true; }

# Asks members; sets healthy to how many answer with a quorum behind them, missing to the others' names.
ask_health() { # lines of members
  healthy=0 missing='' said=''
  urls=$(printf '%s\n' "$1" | awk '$4 ~ /:/ { printf "%s%s", comma, $4; comma = "," }')
  [ -z "$urls" ] || ctl "$urls" endpoint health || true
  while read -r id name peer client _; do
    [ "$name" != - ] || name=$peer
    case $said in
    *"$client is healthy"*) healthy=$((healthy + 1)) ;;
    *) [ -z "$id" ] || missing="$missing${missing:+, }$name" ;;
    esac
  done <<MEMBERS
$1
MEMBERS
}

# Whether something listens at one of these URLs, whatever it says.
listens() {
  for url; do
    [ "$url" != - ] || continue
    connected=$(curl -sk --max-time 3 -o /dev/null -w '%{time_connect}' -- "$url" </dev/null) || true
    if [ "$connected" != 0.000000 ]; then return 0; fi
  done
  return 1
}

# Changes the members. For some seconds after the start of any of them etcd refuses that, healthy or not.
change() { # etcdctl's words
  limit=$(($(date +%s) + 15))
  until ctl "$ENDPOINTS" member "$@"; do
    case $said in
    *"unhealthy cluster"* | *"too many learner"* | *"leader changed"* | *"timed out"* | *deadline*) ;;
    *) return 1 ;;
    esac
    [ "$(date +%s)" -lt "$limit" ] || return 1
    sleep 0.2
  done
}

remove_member() { # id, name
  change remove "$1" && return
  case $said in
  *"not found"*) ;;
  *) fail "etcd does not let go of its member $2 ($1): $said" ;;
  esac
}

# Lets go of the dead among those that leave: they count for the quorum, and give nothing to it.
remove_gone() {
  while read -r id name peer client _; do
    case ",$LEAVING," in
    *",$name="* | *"=$peer,"*) listens "$client" "$peer" || remove_member "$id" "$name" ;;
    esac
  done <<MEMBERS
$members
MEMBERS
}

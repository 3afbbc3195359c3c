# shellcheck shell=sh
# shellcheck disable=SC2154  # set by members.sh, and by the environment
# What etcd on this host knows, in lines of a word and its values; changes nothing.
if [ -e "$WAL" ]; then echo data; fi
running=$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' "$METRICS_URL/livez") || true
if [ "${running:-000}" != 000 ]; then echo running; fi
if [ ! -r "$ETCDCTL_CERT" ] || ! command -v etcdctl >/dev/null; then exit 0; fi
if list_members; then
  printf '%s\n' "$members" | sed 's/^/member /'
  # only a change of the members has to know who is healthy
  present=$(printf '%s\n' "$members" | awk '{ print $2 "=" $3 }' | sort)
  if [ "$present" != "$(printf '%s\n' "$MEMBERS" | tr , '\n' | sort)" ]; then
    while read -r line; do
      ask_health "$line"
      [ "$healthy" -eq 0 ] || printf 'healthy %s\n' "${line%% *}"
    done <<MEMBERS
$members
MEMBERS
  fi
elif [ -e "$WAL" ]; then
  # without a quorum: has anything ever been written?
  revision=$(curl -s --max-time 2 "$METRICS_URL/metrics" |
    awk '$1 == "etcd_debugging_mvcc_current_revision" { printf "%d", $2 }')
  [ -n "$revision" ] ||
    revision=$(timeout 3 etcdutl snapshot status "$DATA/member/snap/db" -w simple 2>/dev/null | awk -F ', ' '{ print $2 }')
  printf 'revision %s\n' "${revision:-unknown}"
fi

# shellcheck shell=sh
# shellcheck disable=SC2154  # set by members.sh, and by the environment
# Whether etcd can spare its member $1, which is on this host, for a while.
nothing_to_protect=10

# Sets refusal, and answer to the status that goes with it.
spared() {
  answer=$nothing_to_protect refusal="no member of etcd answers with a quorum behind it"
  list_members || return 1
  answer=1
  all=$(voters)
  others=$(printf '%s\n' "$all" | awk -v own="$1" '$2 != own')
  total=$(lines_in "$all")
  # only learns, or is no member at all
  if [ "$all" = "$others" ] || [ "$total" -eq 1 ]; then return 0; fi
  ask_health "$others"
  quorum=$((total / 2 + 1))
  # of two members neither can be spared, so that nothing is gained by waiting
  [ "$total" -gt 2 ] || quorum=1
  refusal="etcd can't spare $1: of its $total members $healthy others are healthy, and it needs $quorum"
  refusal="$refusal at any time; missing: $missing"
  [ "$healthy" -ge "$quorum" ]
}

# before the first start there is nothing of it here
if [ ! -r "$ETCDCTL_CERT" ] || ! command -v etcdctl >/dev/null; then exit 0; fi
limit=$(($(date +%s) + 10))
until spared "$1"; do
  if [ "$(date +%s)" -ge "$limit" ]; then
    printf '%s\n' "$refusal" >&2
    exit "$answer"
  fi
  sleep 0.2
done

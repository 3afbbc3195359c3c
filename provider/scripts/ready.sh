# shellcheck shell=sh
# Checks that must pass before a layer counts as applied.

# Repeats a command until it succeeds; gives up early when a watched unit fails for good.
wait_for() { # what, seconds, units to watch separated by spaces, then the command
  what=$1 seconds=$2 watched=$3 turn=0
  shift 3
  say "waiting for $what"
  limit=$(($(date +%s) + seconds))
  until output=$("$@" 2>&1); do
    [ "$(date +%s)" -lt "$limit" ] || not_ready
    turn=$((turn + 1))
    if [ $((turn % 5)) -eq 0 ]; then watch_units; fi
    # writing to a connection that was cut ends the wait
    printf '@.\n' >&2
    sleep 0.2
  done
}

watch_units() {
  for unit in $watched; do
    if systemctl is-failed -q -- "$unit"; then unit_failed "$unit" "failed while waiting for $what"; fi
    if crash_loops "$unit"; then unit_failed "$unit" "failed $restarts times at its start"; fi
  done
}

# Launched by this call, it fails again and again within seconds: waiting longer is in vain.
crash_loops() {
  case " ${launched-} " in *" $1 "*) ;; *) return 1 ;; esac
  unit_state "$1"
  seconds_up=$((($(date +%s%N) - launched_at) / 1000000000))
  [ "$restarts" -ge 4 ] && [ "$seconds_up" -le $((restarts * 6)) ]
}

not_ready() {
  die "not ready after $seconds s: $what
$(printf %s "$output" | tail -n 5)
$(for unit in $watched; do
    unit_state "$unit"
    [ "$active" = active ] || printf '%s is %s (%s):\n%s\n' "$unit" "$active" "$sub" \
      "$(journalctl -u "$unit" -n 15 --no-pager -o cat 2>/dev/null)"
  done)"
}

ready_unit() {
  systemctl is-active -- "$1"
}

ready_tcp() { # address, port
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016
    timeout 3 bash -c ': </dev/tcp/"$0"/"$1"' "$1" "$2"
  else
    [ "$(curl -s -o /dev/null -m 3 -w '%{time_connect}' "http://$1:$2/" || true)" != 0.000000 ]
  fi
}

ready_https() { # url, CA, then certificate and key or ""
  if command -v curl >/dev/null; then
    code=$(curl -sS -o /dev/null -m 5 -w '%{http_code}' --cacert "$2" \
      ${3:+--cert "$3" --key "$4"} -- "$1" 2>&1) || {
      printf '%s\n' "$code" | head -n 1
      return 1
    }
    [ "$code" = 200 ] || { echo "status $code, expected 200" && return 1; }
  else
    wget -q -T 5 -t 1 -O /dev/null --ca-certificate="$2" \
      ${3:+--certificate="$3" --private-key="$4"} -- "$1"
  fi
}

ready_command() { timeout 60 "$@"; }

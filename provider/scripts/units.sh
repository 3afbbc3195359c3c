# shellcheck shell=sh
# systemd units: started without blocking, then watched, so that units which wait for each other
# (or for other hosts) start side by side.

# Links of an earlier [Install] section go, those of the present one come.
enable_units() {
  output=$(systemctl --no-reload -q reenable -- "$@" 2>&1) || die "can't enable $*: $output"
}

disable_units() {
  output=$(systemctl --no-reload -q disable -- "$@" 2>&1) || die "can't disable $*: $output"
}

reload_systemd() { systemctl daemon-reload; }

launch_units() { # start or restart, then units in their order
  verb=$1
  shift
  say "${verb}ing $(printf '%s, ' "$@" | sed 's/, $//')"
  launched="${launched-} $*" launched_at=$(date +%s%N)
  systemctl reset-failed -- "$@" 2>/dev/null || true
  systemctl --no-block "$verb" -- "$@" || unit_failed "$1" "can't be ${verb}ed"
}

stop_units() {
  for unit; do
    say "stopping $unit"
    systemctl stop -- "$unit" || unit_failed "$unit" "can't be stopped"
  done
}

signal_reload() {
  for unit; do
    say "reloading $unit"
    systemctl reload -- "$unit" || unit_failed "$unit" "can't be reloaded"
  done
}

unit_failed() { # unit, what happened
  die "$1 $2
$(systemctl show -p ActiveState -p SubState -p Result -p ExecMainStatus -- "$1" | tr '\n' ' ')
$(journalctl -u "$1" -n 15 --no-pager -o cat 2>/dev/null || true)"
}

# Sets invocation, job, active, sub and restarts.
unit_state() {
  invocation='' job='' active='' sub='' restarts=0
  state=$(systemctl show -p InvocationID -p Job -p ActiveState -p SubState -p NRestarts -- "$1")
  while IFS='=' read -r key value; do
    case $key in
    InvocationID) invocation=$value ;;
    Job) job=${value#0} ;;
    ActiveState) active=$value ;;
    SubState) sub=$value ;;
    NRestarts) restarts=$value ;;
    esac
  done <<STATE
$state
STATE
}

# Waits until each unit runs as another invocation than before; one that is still starting will do.
settle_units() { # seconds, then unit and its InvocationID before, repeated
  limit=$(($(date +%s) + $1))
  shift
  while [ $# -gt 0 ]; do
    until unit_settled "$1" "$2"; do
      [ "$(date +%s)" -lt "$limit" ] || unit_failed "$1" "did not start in time"
      sleep 0.05
    done
    shift 2
  done
}

unit_settled() {
  unit_state "$1"
  [ "$active" != failed ] || [ -n "$job" ] || unit_failed "$1" "failed"
  [ "$invocation" != "$2" ] && { [ -z "$job" ] || [ "$active" = activating ]; }
}

# Every unit that should run does (or is still starting), and is not in a loop of crashes.
verify_units() {
  give_time_to_fail
  for unit; do
    tries=0 good=0 last=''
    until stays_up "$unit"; do
      tries=$((tries + 1))
      if [ "$tries" -ge 50 ] || [ "$active" = failed ]; then unit_failed "$unit" "does not stay up"; fi
      sleep 0.1
    done
  done
}

# A unit that does not say itself when it is up gets a second to fail.
give_time_to_fail() {
  for unit in ${launched-}; do
    case $(systemctl show -p Type --value -- "$unit") in
    simple | exec | forking)
      rest=$((1000 - ($(date +%s%N) - launched_at) / 1000000))
      [ "$rest" -le 0 ] || sleep "$(printf '0.%03d' "$rest")"
      return
      ;;
    esac
  done
}

# One look is enough, except at a unit that has crashed since it was launched.
stays_up() {
  unit_state "$1"
  needed=1
  case " ${launched-} " in *" $1 "*) [ "$restarts" -eq 0 ] || needed=20 ;; esac
  [ "$invocation" = "$last" ] || good=0
  last=$invocation
  if [ "$sub" = auto-restart ] || [ "$active" = failed ]; then good=0; else good=$((good + 1)); fi
  [ "$good" -ge "$needed" ]
}

# Remembers with which inputs a process was started.
record_unit() { # unit, InvocationID before, inputs where it is still that one ("" is unknown), inputs where not
  unit_state "$1"
  inputs=$4
  [ "$invocation" != "$2" ] || inputs=$3
  mkdir -p -m 0700 "$run_dir/units"
  [ -z "$invocation" ] || [ -z "$inputs" ] ||
    write_text "$run_dir/units/$1.json" 0600 "{\"invocation\":\"$invocation\",\"inputs\":$inputs}"
}

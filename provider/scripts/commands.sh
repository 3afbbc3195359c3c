# shellcheck shell=sh
# Commands that the program gives, for the host itself or for the sake of another one.

# Sets status, and output to the last lines.
attempt() { # seconds, then the command
  seconds=$1 status=0
  shift
  output=$(timeout -k 10 "$seconds" "$@" 2>&1 </dev/null) || status=$?
  output=$(printf '%s\n' "$output" | tail -n 15)
  [ "$status" -ne 124 ] || output="it did not end within $seconds s${output:+
$output}"
}

# Tells how the command ends, whatever it comes to.
try_command() { # seconds, its name, then the command
  attempt_named "$@"
  printf '%s\n%s\n' "$status" "$output"
}

run_command() { # seconds, its name, then the command
  attempt_named "$@"
  [ "$status" -eq 0 ] || die "\"$2\" failed with status $status${output:+: $output}"
}

# Ends the call unless the group can spare this host, or has nothing that could be protected.
pass_gate() { # status of that, seconds, name of the command, then the command
  open=$1
  shift
  attempt_named "$@"
  case $status in
  0 | "$open") ;;
  *) die "everything is in place, but nothing that runs was touched: \"$2\" failed with status $status${output:+: $output}" ;;
  esac
}

attempt_named() { # seconds, name, then the command
  limit=$1
  shift 2
  attempt "$limit" "$@"
}

# shellcheck shell=sh
# The frame in which all other functions run, and how they speak to the provider: stderr lines that
# start with "@@" are progress, "@!" and "@|" say why a step fails, stdout carries results.
export LC_ALL=C QUOTING_STYLE=literal PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin"
umask 022
run_dir=/run/plinth
etc_dir=/etc/plinth
layers_dir=$etc_dir/layers
unit_dir=/etc/systemd/system

# Runs "steps" with the next $2 bytes of the shell's input as its own; marks the end on both streams.
# A connection that is cut may leave half a call: it lacks the last word or some of its input.
call() {
  marker=$1 size=$2 input=/dev/null
  [ "${3-}" = whole ] || exit 1
  if [ "$size" -gt 0 ]; then
    make_run_dir
    input=$(mktemp "$run_dir/input.XXXXXX")
    head -c "$size" >"$input"
    [ "$(stat -c %s "$input")" -eq "$size" ] || { rm -f "$input" && exit 1; }
  fi
  (set -eu && steps) <"$input"
  status=$?
  [ "$input" = /dev/null ] || rm -f "$input"
  printf '\n%s %s\n' "$marker" "$status"
  printf '\n%s\n' "$marker" >&2
}

say() { printf '@@ %s\n' "$*" >&2; }

# The first line is the message, further lines of it are details.
die() {
  printf '%s\n' "$*" | sed -e '1s/^/@! /' -e '2,$s/^/@| /' >&2
  exit 1
}

# Tells the provider that from here on the host is not what it was.
say_changed() { printf '@+ changed\n' >&2; }

make_run_dir() { mkdir -p -m 0700 "$run_dir"; }

# The nearest directory above (or at) a path that exists.
existing() {
  at=$1
  while [ ! -d "$at" ]; do at=$(dirname "$at"); done
  printf '%s\n' "$at"
}

# Writes text to a file in one move.
write_text() { # path, mode, text
  printf '%s\n' "$3" >"$1.plinth-new"
  chmod "$2" "$1.plinth-new"
  mv -fT "$1.plinth-new" "$1"
}

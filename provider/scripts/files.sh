# shellcheck shell=sh
# Files, directories and links. New content is staged beside its target under the suffix
# ".plinth-new" (same file system, same SELinux type) and then moved over it.

need_space() { # KiB, directory
  at=$(existing "$2")
  free=$(df -Pk "$at" | tail -n 1 | sed -E 's/ +/ /g' | cut -d ' ' -f 4)
  [ "$free" -ge "$1" ] ||
    die "no space left for $2: $((free / 1024)) MiB free on its file system, $(($1 / 1024)) MiB needed;" \
      "make room and run again"
}

need_owner() { # user:group
  getent passwd "${1%%:*}" >/dev/null || die "owner $1: there is no user ${1%%:*}"
  getent group "${1#*:}" >/dev/null || die "owner $1: there is no group ${1#*:}"
}

put_directory() { # path, mode, owner
  [ ! -e "$1" ] || [ -d "$1" ] || die "$1 is there but is no directory"
  [ -d "$1" ] || mkdir -p -- "$1"
  chown -- "$3" "$1"
  chmod -- "$2" "$1"
}

make_parents() { for path; do [ -d "$path" ] || mkdir -p -- "$path"; done; }

# Unpacks the archive on stdin below / and compares each staged file with its checksum.
stage_files() { # checksum and path, repeated
  tar -xmpf - -C /
  while [ $# -gt 0 ]; do
    printf '%s  %s.plinth-new\n' "$1" "$2"
    shift 2
  done | sha256sum -c --quiet - >&2 || die "the transfer was damaged on its way"
}

place() {
  for path; do
    [ ! -d "$path" ] || [ -L "$path" ] || die "$path is a directory, expected a file"
    mv -fT -- "$path.plinth-new" "$path"
  done
}

put_link() { # target, path
  [ ! -d "$2" ] || [ -L "$2" ] || die "$2 is a directory, expected a link to $1"
  ln -sfnT -- "$1" "$2.plinth-new"
  mv -fT -- "$2.plinth-new" "$2"
}

set_mode() { chmod -- "$@"; }

set_owner() { chown -h -- "$@"; }

remove_files() {
  for path; do
    rm -rf -- "$path.plinth-new"
    if [ ! -d "$path" ] || [ -L "$path" ]; then rm -f -- "$path"; fi
  done
}

# Directories that are not empty hold something of somebody else: they stay.
remove_directories() {
  for path; do is_claimed madeDirectories "$path" || rmdir -- "$path" 2>/dev/null || true; done
}

# Whether the manifest of a layer that stays on the host lists something.
is_claimed() { # list, item
  sed -n "/\"leaving\":true/d; s/.*\"$1\":\[\([^]]*\)\].*/\1/p" "$layers_dir"/*.json 2>/dev/null | grep -qF "\"$2\""
}

# shellcheck shell=sh
# Packages of the distribution; what is new afterwards (dependencies too) is remembered as the layer's.

# Whether packages are those of dpkg; other distributions may have that command, too.
has_apt() { command -v apt-get >/dev/null; }

installed_packages() {
  if has_apt; then
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort
  else
    rpm -qa --qf '%{NAME}\n' | sort
  fi
}

install_packages() { # layer, then names
  layer=$1
  shift
  say "installing packages $*"
  before=$(mktemp "$run_dir/packages.XXXXXX")
  installed_packages >"$before"
  status=0
  run_installer "$@" >"$before.log" 2>&1 || status=$?
  installed_packages | comm -13 "$before" - >>"$layers_dir/$layer.packages"
  output=$(tail -n 15 "$before.log")
  rm -f "$before" "$before.log"
  [ "$status" -eq 0 ] || die "can't install $*:
$output"
}

run_installer() {
  if has_apt; then
    without_starting_services apt_install "$@"
  elif command -v dnf >/dev/null; then
    dnf -y -q --setopt=install_weak_deps=False install "$@"
  elif command -v zypper >/dev/null; then
    zypper --non-interactive install --no-recommends "$@"
  else
    echo "this host has neither apt-get nor dnf nor zypper"
    return 1
  fi
}

apt_install() {
  set -- -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold "$@"
  DEBIAN_FRONTEND=noninteractive apt-get install "$@" ||
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install "$@"; }
}

# Debian starts a package's services at once, with its own configuration, unless this file says no.
without_starting_services() {
  policy=/usr/sbin/policy-rc.d
  [ ! -e "$policy" ] || { "$@" && return 0 || return 1; }
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 0755 "$policy"
  result=0
  "$@" || result=$?
  rm -f "$policy"
  return "$result"
}

# Packages that anything installed needs by now stay; those that another layer lists become its own.
remove_packages() { # layer, heir ("" is none), then packages to keep
  list=$layers_dir/$1.packages heir=$2
  [ -s "$list" ] || return 0
  shift 2
  say "removing packages"
  gone=$(printf '%s\n' "$@" | grep -vxF -f - -- "$list" || true)
  if has_apt; then
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive dpkg --purge $gone >/dev/null 2>&1 || true
  else
    # shellcheck disable=SC2086
    remove_rpms $gone
  fi
  [ -z "$heir" ] || installed_packages | grep -xF -f "$list" >>"$layers_dir/$heir.packages" || true
}

# One by one, as rpm takes all or none; again while some that went were all that needed others.
remove_rpms() {
  left="$*" before=
  while [ "$left" != "$before" ]; do
    before=$left left=
    for name in $before; do rpm -e "$name" >/dev/null 2>&1 || left="$left $name"; done
  done
}

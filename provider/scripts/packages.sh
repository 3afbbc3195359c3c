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
  log=$(mktemp "$run_dir/packages.XXXXXX")
  status=0
  installed_packages >"$log.before"
  run_installer "$@" >"$log" 2>&1 || status=$?
  installed_packages | comm -13 "$log.before" - | announced_of_them >>"$layers_dir/$layer.packages"
  output=$(tail -n 15 "$log")
  rm -f "$log" "$log.before" "$log.announced"
  [ "$status" -eq 0 ] || die "can't install $*:
$output"
}

# All of them, where the installer does not say beforehand which it would add.
announced_of_them() {
  if [ -e "$log.announced" ]; then grep -xF -f "$log.announced" || true; else cat; fi
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

# With fresh lists of packages where the old ones don't do.
apt_install() { # names
  updated=
  announced_packages "$@" || { update_lists && announced_packages "$@"; } || return
  apt_get install "$@" || { [ -z "$updated" ] && update_lists && apt_get install "$@"; }
}

# What apt says that it would add, so that what another installer adds at the same time is nobody's of ours.
announced_packages() { # names
  plan=$(apt_get -s install "$@") || { printf '%s\n' "$plan" && return 1; }
  printf '%s\n' "$plan" | sed -n 's/^Inst \([^ ]*\) (.*/\1/p' >"$log.announced"
}

update_lists() { updated=yes && apt-get update -q; }

apt_get() { # what, then names
  DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold "$@"
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
    [ -z "$gone" ] || dpkg_remove $gone
  else
    # shellcheck disable=SC2086
    remove_rpms $gone
  fi
  [ -z "$heir" ] || installed_packages | grep -xF -f "$list" >>"$layers_dir/$heir.packages" || true
}

# Configuration that somebody has changed stays, that of the package itself goes.
dpkg_remove() { # names
  pristine=
  for name; do dpkg --verify "$name" 2>/dev/null | grep -q ' c ' || pristine="$pristine $name"; done
  when_unlocked dpkg --remove "$@"
  # shellcheck disable=SC2086
  [ -z "$pristine" ] || when_unlocked dpkg --purge $pristine
}

# What something else needs, dpkg refuses to remove: it stays. A lock of another one is waited for.
when_unlocked() { # command
  limit=$(($(date +%s) + 120))
  while output=$("$@" 2>&1) || true; do
    case $output in *" lock was locked by another process"*) ;; *) return 0 ;; esac
    [ "$(date +%s)" -lt "$limit" ] || die "can't remove packages: $output"
    sleep 1
  done
}

# One by one, as rpm takes all or none; again while some that went were all that needed others.
remove_rpms() {
  left="$*" before=
  while [ "$left" != "$before" ]; do
    before=$left left=
    for name in $before; do rpm -e "$name" >/dev/null 2>&1 || left="$left $name"; done
  done
}

# shellcheck shell=sh
# Users, kernel modules and kernel parameters.

put_user() { # name, home, groups separated by commas
  for group in $(printf %s "$3" | tr ',' ' '); do
    getent group "$group" >/dev/null || groupadd -r "$group"
  done
  if getent passwd "$1" >/dev/null; then
    usermod -d "$2" "$1"
  else
    say "making user $1"
    own_group=-U
    if getent group "$1" >/dev/null; then own_group="-g $1"; fi
    # shellcheck disable=SC2086
    useradd -r $own_group -M -d "$2" -s "$(command -v nologin || echo /sbin/nologin)" "$1" ||
      getent passwd "$1" >/dev/null # another layer was faster
  fi
  [ -z "$3" ] || usermod -a -G "$3" "$1"
}

# Only those that no remaining layer has made, too; layers may be removed side by side.
remove_users() {
  for user; do
    if is_claimed madeUsers "$user"; then continue; fi
    if getent passwd "$user" >/dev/null; then userdel "$user" >&2; fi
    if getent group "$user" >/dev/null; then groupdel "$user" 2>/dev/null || true; fi
  done
}

load_modules() {
  for module; do
    output=$(modprobe "$module" 2>&1) || has_module "$module" ||
      die "kernel module $module can't be loaded: $output"
  done
}

put_sysctl() { # name, file below /proc/sys, value
  [ -e "$2" ] || die "kernel parameter $1 does not exist on this kernel"
  printf '%s\n' "$3" 2>/dev/null >"$2" ||
    die "kernel parameter $1 can't be set to $3 (is $(cat "$2")): it is read-only here or the value is not allowed"
}

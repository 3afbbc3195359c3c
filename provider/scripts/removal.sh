# shellcheck shell=sh
# Removing a layer.

# Stops and disables units that may be there only in part.
retire_units() {
  for unit; do
    say "stopping $unit"
    systemctl stop -- "$unit" 2>/dev/null || true
    systemctl --no-reload -q disable -- "$unit" 2>/dev/null || true
  done
}

# Forgets failed states and what was remembered of the units.
forget_units() {
  for unit; do
    rm -rf -- "$unit_dir/$unit.d" "/run/systemd/system/$unit.d" "$run_dir/units/$unit.json"
    systemctl reset-failed -- "$unit" 2>/dev/null || true
  done
}

# Kills what the units left running: everything in their control groups, everything that runs one of
# the layer's executables, and all descendants of those (containers below their shims).
kill_leftovers() { # units, "--", then executables
  pids=
  while [ "$1" != -- ]; do
    found=$(grep -lsF "/$1" /proc/[0-9]*/cgroup | cut -d / -f 3 || true)
    pids="$pids $found"
    shift
  done
  shift
  for process in /proc/[0-9]*; do
    exe=$(readlink "$process/exe" 2>/dev/null) || continue
    for path; do
      if [ "${exe% (deleted)}" = "$path" ]; then pids="$pids ${process#/proc/}"; fi
    done
  done
  pids=$(with_descendants "$pids")
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
}

# Adds children until nothing new is found; this shell and what it hangs on are left out.
with_descendants() {
  own=" $(ancestors $$) "
  table=$(sed -n 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\2 \1/p' /proc/[0-9]*/stat 2>/dev/null || true)
  printf '%s\n' "$1" | tr -s ' ' '\n' | sed -n 's/^\([0-9]\{1,\}\)$/seed \1/p' >"$run_dir/seeds"
  printf '%s\n' "$table" | cat "$run_dir/seeds" - | awk -v own="$own" '
    $1 == "seed" { wanted[$2] = 1; next }
    { parent[$2] = $1 }
    END {
      do {
        grown = 0
        for (pid in parent) if (!(pid in wanted) && (parent[pid] in wanted)) { wanted[pid] = 1; grown = 1 }
      } while (grown)
      for (pid in wanted) if (index(own, " " pid " ") == 0) printf "%s ", pid
    }'
  rm -f "$run_dir/seeds"
}

ancestors() {
  pid=$1
  while [ "${pid:-0}" -gt 1 ]; do
    printf '%s ' "$pid"
    pid=$(sed -n 's/^[0-9]* (.*) [A-Za-z] \([0-9]*\) .*/\1/p' "/proc/$pid/stat" 2>/dev/null)
  done
}

# Unmounts everything below the given directories, deepest first; the directories themselves stay.
unmount_below() {
  for dir; do
    cut -d ' ' -f 2 /proc/self/mounts | grep -F -- "$dir/" | grep "^$dir/" | sort -r | while IFS= read -r at; do
      at=$(printf '%b' "$at")
      umount -- "$at" 2>/dev/null || umount -l -- "$at" 2>/dev/null || true
    done
  done
}

# Data of the layer's programs; a directory that is itself a mount point is emptied and stays.
remove_data() {
  for dir; do
    case $dir in /*/?*) ;; *) die "refuses to remove $dir: too close to the root" ;; esac
    [ -e "$dir" ] || continue
    say "removing $dir"
    rm -rf --one-file-system -- "$dir" 2>/dev/null || true
    left=$(find "$dir" -mindepth 1 -maxdepth 1 2>/dev/null | head -n 5 | tr '\n' ' ')
    [ -z "$left" ] || die "can't remove what is below $dir: $left"
  done
}

remove_interfaces() {
  for name; do
    if ip link show dev "$name" >/dev/null 2>&1; then ip link delete "$name" || die "can't remove interface $name"; fi
  done
}

remove_tables() { # "family name" each
  for table; do
    # shellcheck disable=SC2086
    nft delete table $table 2>/dev/null || true
  done
}

# Chains by prefix, and every rule in them or leading to them.
remove_chains() {
  prefixes=$(printf '|%s' "$@")
  prefixes=${prefixes#|}
  for program in iptables ip6tables; do
    rules=$("$program-save" -c 2>/dev/null) || continue
    kept=$(printf '%s\n' "$rules" | grep -vE "^:($prefixes)|^\[[0-9:]*\] -A ($prefixes)|-[jg] ($prefixes)" || true)
    [ "$kept" = "$rules" ] || printf '%s\n' "$kept" | "$program-restore" -c
  done
}

# The last layer also removes what all of them share.
forget_layer() { # layer
  lock_host
  rm -f "$layers_dir/$1.json" "$layers_dir/$1.binaries" "$layers_dir/$1.packages" "$layers_dir/$1.questions" "$run_dir/$1.lock"
  if rmdir "$layers_dir" 2>/dev/null; then rm -rf "$etc_dir" "$run_dir/units"; fi
  unlock_host
}

# Staging directories of downloads that were cut off.
remove_stages() { # layer, then directories
  layer=$1
  shift
  for dir; do rm -rf -- "$dir/.plinth-$layer"-*; done
}

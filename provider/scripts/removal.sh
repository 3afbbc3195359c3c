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
  groups=
  while [ "$1" != -- ]; do
    groups="$groups $1"
    shift
  done
  shift
  # shellcheck disable=SC2086
  pids="$(in_unit_groups $groups) $(running_executables "$@")"
  pids=$(with_descendants "$pids")
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
}

# Processes in the units' own control groups. A unit of the same name inside of a container is another
# one: its group does not begin where this host's begin.
in_unit_groups() { # units
  groups=$(control_groups)
  host_group=$(printf '%s\n' "$groups" | sed -n 's,^1 \(.*\)/init.scope$,\1,p' | head -n 1)
  for unit; do
    printf '%s\n' "$groups" | awk -v group="$host_group/system.slice/$unit" \
      '$2 == group || index($2, group "/") == 1 { printf "%s ", $1 }'
  done
}

# Processes with their control groups, as systemd has placed them.
control_groups() {
  grep -sHE '^([0-9]+:name=systemd|0:):' /proc/[0-9]*/cgroup |
    sed 's,^/proc/\([0-9]*\)/cgroup:[0-9]*:[^:]*:,\1 ,'
}

# Processes that run one of these files, or what was there before it was replaced. The path that a
# process of a container shows is one inside of it, so there only the file itself tells.
running_executables() { # paths
  mounts=$(readlink "/proc/$$/ns/mnt")
  find /proc/[0-9]*/exe -maxdepth 0 -printf '%h %l\n' 2>/dev/null | while read -r process exe; do
    for path; do
      [ "${exe% (deleted)}" = "$path" ] || continue
      if [ "$(file_id "$process/exe")" = "$(file_id "$path")" ] ||
        [ "$(readlink "$process/ns/mnt")" = "$mounts" ]; then
        printf '%s ' "${process#/proc/}"
      fi
    done
  done
}

file_id() { stat -L -c %d:%i -- "$1" 2>/dev/null; }

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
# What can't be unmounted ends it: its data is somebody's, and must not go with the directory.
unmount_below() {
  for dir; do
    dir=$(readlink -f -- "$dir") || continue
    mounts_below "$dir" | while IFS= read -r at; do
      umount -- "$at" 2>/dev/null || umount -l -- "$at" 2>/dev/null || true
    done
    left=$(mounts_below "$dir" | tr '\n' ' ')
    [ -z "$left" ] || die "can't unmount what is below $dir: $left"
  done
}

# Blanks in a mount point are written as octal numbers.
mounts_below() { # directory
  cut -d ' ' -f 2 /proc/self/mounts | sed 's/\\/\\0/g' | while IFS= read -r at; do
    at=$(printf '%b' "$at")
    case $at in "$1"/*) printf '%s\n' "$at" ;; esac
  done | sort -r
}

# Data of the layer's programs. Directories that had content before the layer came stay; one that is a
# mount point, or that a link leads to, is emptied and stays.
remove_data() { # layer, then directories
  kept=$layers_dir/$1.kept
  shift
  for dir; do
    case $dir in /*/?*) ;; *) die "refuses to remove $dir: too close to the root" ;; esac
    [ -e "$dir" ] || continue
    if grep -qxF -- "$dir" "$kept" 2>/dev/null; then
      say "leaving $dir, which had content before"
      continue
    fi
    say "removing $dir"
    if [ -f "$dir" ] && [ ! -L "$dir" ]; then
      rm -f -- "$dir"
      # programs make such a directory for their one file, and an empty one means nothing
      rmdir -- "${dir%/*}" 2>/dev/null || true
      continue
    fi
    if [ -L "$dir" ]; then
      at=$(readlink -f -- "$dir")
      find "$at" -mindepth 1 -maxdepth 1 -exec rm -rf --one-file-system -- {} + 2>/dev/null || true
    else
      at=$dir
      rm -rf --one-file-system -- "$dir" 2>/dev/null || true
    fi
    left=$(find "$at" -mindepth 1 -maxdepth 1 2>/dev/null | head -n 5 | tr '\n' ' ')
    [ -z "$left" ] || die "can't remove what is below $dir: $left"
  done
}

remove_interfaces() {
  for name; do
    if ip link show dev "$name" >/dev/null 2>&1; then ip link delete "$name" || die "can't remove interface $name"; fi
  done
}

# Routes through other hosts to parts of a network.
remove_routes() { # networks
  for network; do
    ip route show root "$network" | grep ' via ' | while IFS= read -r route; do
      # shellcheck disable=SC2086
      ip route delete $route 2>/dev/null || [ -z "$(ip route show "${route%% *}")" ] ||
        die "can't remove the route $route"
    done
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
  remove_empty_tables
}

# Tables as iptables makes them when it is first asked for anything: without a rule, and with chains that
# accept everything, they do nothing, and it makes them again when they are needed.
remove_empty_tables() {
  for table in 'ip raw' 'ip mangle' 'ip nat' 'ip filter' 'ip6 raw' 'ip6 mangle' 'ip6 nat' 'ip6 filter'; do
    # shellcheck disable=SC2086
    listed=$(nft list table $table 2>/dev/null) || continue
    if printf '%s\n' "$listed" | grep -qvE \
      '^table |^[[:space:]]*(chain (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) [{]|type .* policy accept;|[}]|)$'; then
      continue
    fi
    # shellcheck disable=SC2086
    nft delete table $table || true
  done
}

# The last layer also removes what all of them share.
forget_layer() { # layer
  lock_host
  rm -f "$layers_dir/$1.json" "$layers_dir/$1.binaries" "$layers_dir/$1.packages" "$layers_dir/$1.questions" \
    "$layers_dir/$1.kept" "$run_dir/$1.lock"
  if rmdir "$layers_dir" 2>/dev/null; then rm -rf "$etc_dir" "$run_dir/units"; fi
  unlock_host
}

# What is left when no layer is: the marker. A manifest that nobody can read is somebody's layer still.
forget_host() {
  lock_host
  for file in "$layers_dir"/*.json; do
    [ ! -e "$file" ] || die "$file can't be read, so nobody knows what its layer brought: remove that by hand, then this file"
  done
  rm -rf "$etc_dir" "$run_dir/units"
  unlock_host
}

# Staging directories of downloads that were cut off.
remove_stages() { # layer, then directories
  layer=$1
  shift
  for dir; do rm -rf -- "$dir/.plinth-$layer"-*; done
}

# shellcheck shell=sh
# Who may change this host: one cluster, and one operator at a time.
lease=$run_dir/lease.json
marker_file=$etc_dir/cluster.json

# For moments only: what concerns all layers of the host.
lock_host() {
  make_run_dir
  exec 8>"$run_dir/host.lock"
  flock -w 60 8 || die "another change of this host holds $run_dir/host.lock; fuser -v $run_dir/host.lock names its process"
}

unlock_host() { exec 8>&-; }

lease_value() { sed -n "s/.*\"$1\":\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" "$lease"; }

# Takes or renews the lease; one of a run that is known to be dead may be taken over.
take_lease() { # run, operator, pid, processes, seconds, run of the dead one
  lock_host
  now=$(date +%s) since=$(date +%s)
  if [ -s "$lease" ]; then
    holder=$(lease_value runId)
    if [ "$holder" = "$1" ]; then
      since=$(lease_value since)
    elif [ "$holder" != "$6" ] && [ "$(lease_value expires)" -gt "$now" ]; then
      die "is being changed by $(lease_value operator) (pid $(lease_value pid)) since $(date -u -d "@$(lease_value since)" '+%F %T') UTC; wait for that run, its lease expires at $(date -u -d "@$(lease_value expires)" '+%T') UTC at the latest"
    fi
  fi
  write_text "$lease" 0600 "$(printf '{"operator":"%s","pid":%s,"runId":"%s","holder":"%s","since":%s,"expires":%s}' \
    "$2" "$3" "$1" "$4" "$since" "$((now + $5))")"
  unlock_host
}

release_lease() { # run
  if [ -s "$lease" ] && [ "$(lease_value runId)" = "$1" ]; then rm -f "$lease"; fi
  # what calls left behind whose connection was cut
  find "$run_dir" -maxdepth 1 -name 'input.*' -mmin +60 -delete 2>/dev/null || true
  [ -e "$etc_dir" ] || rm -rf "$run_dir"
}

# Refuses a host of another cluster and another host of this one, marks one that is still nobody's or
# has no id yet, and writes the layer's manifest: the first thing that changes on a host. In one step,
# for other layers may come or go beside it. Directories of data that have content at that time are
# somebody else's, and noted as such.
claim_host() { # cluster, its id, host, content of the marker, layer, manifest, new data directories
  lock_host
  claim=
  # an empty one is what a power cut leaves of the first claim
  if [ -s "$marker_file" ]; then
    claim=$(cat "$marker_file")
    claim_has cluster "$1" || die "belongs to another cluster: $marker_file says $claim, expected cluster \"$1\""
    claim_has id "$2" || die "belongs to another cluster of the same name: $marker_file says $claim, expected id \"$2\""
    claim_has host "$3" || die "is another host of this cluster: $marker_file says $claim, expected host \"$3\""
  else
    mkdir -p -m 0755 "$etc_dir"
  fi
  [ "$claim" = "$4" ] || write_text "$marker_file" 0644 "$4"
  layer=$5 manifest=$6
  shift 6
  keep_data "$layer" "$@"
  write_manifest "$layer" "$manifest"
  unlock_host
}

# Notes which of the directories have content; `lost+found` is none, it comes with the file system.
keep_data() { # layer, then directories
  kept=$layers_dir/$1.kept
  shift
  for dir; do
    found=$(find "$dir/" -mindepth 1 -maxdepth 1 ! -name lost+found 2>/dev/null | head -n 1)
    [ -n "$found" ] || continue
    mkdir -p -m 0700 "$layers_dir"
    grep -qxF -- "$dir" "$kept" 2>/dev/null || printf '%s\n' "$dir" >>"$kept"
  done
}

# Whether what the marker says fits, or an earlier version did not write it.
claim_has() { # key, value
  case $claim in
  *"\"$1\":\"$2\""*) ;;
  *"\"$1\":"*) false ;;
  *) [ "$1" != cluster ] ;;
  esac
}

# Two appliers of one layer never overlap, not even when the first one's connection was cut.
lock_layer() { # layer
  exec 9>"$run_dir/$1.lock"
  flock -w 120 9 || die "an earlier change of layer $1 is still running on this host"
}

# What a look at the layer asks, for `look_layers`.
write_questions() { # layer, lines
  write_text "$layers_dir/$1.questions" 0600 "$2"
}

write_manifest() { # layer, manifest
  mkdir -p -m 0700 "$layers_dir"
  write_text "$layers_dir/$1.json" 0600 "$2"
  say_changed
}

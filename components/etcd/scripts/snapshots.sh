# shellcheck shell=sh
# A snapshot of etcd from the member on this host, beside the last few that were taken.
kept=5

take_snapshot() { # what is about to happen
  # a snapshot of one that does not answer is waited for without an end
  ctl "$ENDPOINTS" endpoint health || unable "can't take a snapshot of etcd: $said"
  make_room
  file=$SNAPSHOTS/$(date -u +%Y%m%dT%H%M%SZ)-$1.db
  if ! said=$(etcdctl --endpoints="$ENDPOINTS" snapshot save "$file" 2>&1 && etcdutl snapshot status "$file" 2>&1); then
    rm -f "$file" "$file.part"
    unable "can't take a snapshot of etcd: $(printf '%s\n' "$said" | grep -v '^{' | tail -n 3)"
  fi
}

# The oldest go; a file system that is full would stop etcd.
make_room() {
  find "$SNAPSHOTS" -name '*.db.part' -exec rm -f {} +
  find "$SNAPSHOTS" -name '*.db' | sort -r | tail -n "+$kept" | while IFS= read -r old; do rm -f "$old"; done
  used=$(du -k "$DATA/member/snap/db" 2>/dev/null | cut -f 1)
  needed=$((${used:-0} * 11 / 10 + 65536))
  free=$(df -Pk "$SNAPSHOTS" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$needed" ] ||
    unable "can't take a snapshot of etcd: $SNAPSHOTS has $((free / 1024)) MiB free, it needs $((needed / 1024)) MiB"
}

# shellcheck shell=sh
# One read-only look at a host, in sections of raw output; whatever is not there stays empty.
survey_facts() {
  section time date +%s%N
  section ids survey_ids
  section os-release cat /etc/os-release
  section meminfo cat /proc/meminfo
  section memory-limits memory_limits
  section addresses ip -o address show
  section routes default_routes
  section links ip -o link show
  section resolv cat /etc/resolv.conf
  section resolved cat /run/systemd/resolve/resolv.conf
  section listening survey_listening
  section marker cat "$marker_file"
  section lease cat "$lease"
  section layers ls -1 "$layers_dir"
}

survey_ids() {
  printf 'hostname=%s\nmachine=%s\narchitecture=%s\nkernel=%s\n' \
    "$(uname -n)" "$(cat /etc/machine-id)" "$(uname -m)" "$(uname -r)"
  printf 'cpus=%s\nuid=%s\ninit=%s\nsystemd=%s\ncgroup=%s\n' "$(nproc)" "$(id -u)" \
    "$(cat /proc/1/comm)" "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')" \
    "$(stat -fc %T /sys/fs/cgroup)"
}

# Limits in bytes of the control groups above PID 1, for hosts that are containers.
memory_limits() {
  cat /sys/fs/cgroup/memory.max
  at=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/1/cgroup)
  while [ "${#at}" -gt 14 ]; do
    cat "$at/memory.limit_in_bytes"
    at=${at%/*}
  done
}

default_routes() {
  ip -o -4 route show default
  ip -o -6 route show default
}

# Sockets, then the control group of every process that listens.
survey_listening() {
  sockets=$(ss -Hltnp)
  printf '%s\n' "$sockets"
  for pid in $(printf '%s\n' "$sockets" | grep -o 'pid=[0-9]*' | cut -d = -f 2 | sort -u); do
    grep -H '' "/proc/$pid/cgroup"
  done
}

survey_disks() { for path; do section "disk $path" df -Pm -- "$(existing "$path")"; done; }

survey_modules() {
  printf '\n@modules\n'
  for module; do
    if has_module "$module" || modprobe -n -q "$module" 2>/dev/null; then printf '%s\n' "$module"; fi
  done
}

survey_commands() {
  printf '\n@commands\n'
  for name; do if command -v "$name" >/dev/null; then printf '%s\n' "$name"; fi; done
}

survey_paths() {
  printf '\n@paths\n'
  for path; do if [ -e "$path" ]; then printf '%s\n' "$path"; fi; done
}

# Contents of small files, one line of base64 each.
survey_texts() {
  printf '\n@texts\n'
  for file; do
    if [ -f "$file" ]; then printf '%s\t%s\n' "$file" "$(head -c 65536 -- "$file" | base64 -w 0)"; fi
  done
}

# What a command that only looks prints, with its exit status.
survey_probe() { # name, seconds, then the command
  name=$1 seconds=$2 status=0
  shift 2
  output=$(timeout "$seconds" "$@" 2>/dev/null </dev/null) || status=$?
  printf '\n@probes\n%s\t%s\t%s\n' "$name" "$status" "$(printf %s "$output" | base64 -w 0)"
}

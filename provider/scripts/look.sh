# shellcheck shell=sh
# What the host has now, in sections of lines. Missing things are no failures: they are missing lines.
section() {
  printf '\n@%s\n' "$1"
  shift
  "$@" 2>/dev/null || true
}

look_clock() { section clock cat /proc/uptime && date +%s.%N; }

look_stat() {
  section stat stat --printf '%F\t%a\t%U:%G\t%s\t%.9Y\t%.9Z\t%i\t%N\n' -- "$@"
}

look_hash() { section sha256 sha256sum -- "$@"; }

look_units() {
  section units env TZ=UTC systemctl show -p Id -p Type -p LoadState -p ActiveState -p SubState \
    -p InvocationID -p NeedDaemonReload -p DropInPaths -p FragmentPath \
    -p ExecMainStartTimestamp -p ExecMainStartTimestampMonotonic -p ActiveEnterTimestamp \
    -p ActiveEnterTimestampMonotonic -- "$@"
}

# Lines of small text files, each with its path in front: manifests, records, kernel parameters.
look_text() { section text grep -aHs '' -- "$marker_file" "$lease" "$layers_dir"/*.json "$@"; }

look_packages() {
  if has_apt; then
    section packages dpkg-query -W -f '${db:Status-Status} ${Package}\n' -- "$@"
  else
    section packages rpm -q --qf 'installed %{NAME}\n' -- "$@"
  fi
}

look_users() {
  section users getent passwd -- "$@"
  section groups cat /etc/group
}

look_modules() {
  printf '\n@modules\n'
  for module; do if has_module "$module"; then printf '%s\n' "$module"; fi; done
}

# A kernel without /proc/modules has no loadable modules: what it has is built in, which cannot be told.
has_module() { # name with underscores
  [ -d "/sys/module/$1" ] || [ ! -e /proc/modules ] ||
    sed 's/-/_/g' "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null | grep -q "/$1\.ko"
}

# Answers what the other layers of this host asked last, too, so that one look serves them all.
look_layers() { # own layer
  asked=$(
    for file in "$layers_dir"/*.questions; do
      if [ "$file" != "$layers_dir/$1.questions" ] && [ -e "$file" ]; then cat "$file"; fi
    done | sort -u
  )
  section asked printf '%s\n' "$asked"
  set -f
  IFS='
'
  for verb in look_stat look_hash look_units look_text look_packages look_users look_modules; do
    names=$(printf '%s\n' "$asked" | sed -n "s/^$verb //p")
    # shellcheck disable=SC2086
    [ -z "$names" ] || $verb $names
  done
  unset IFS
  set +f
}

# Whole contents, one line of base64 each.
look_content() {
  printf '\n@content\n'
  for file; do printf '%s\t%s\n' "$file" "$(head -c 4194304 -- "$file" 2>/dev/null | base64 -w 0)"; done
}

# shellcheck shell=sh
# Executables, fetched by the host itself. Downloads run side by side; "join" waits for all of them.
downloads=

begin() {
  "$@" &
  downloads="$downloads $!"
}

join() {
  failed=
  for pid in $downloads; do wait "$pid" || failed=1; done
  downloads=
  [ -z "$failed" ] || exit 1
}

# Fetches one artifact and stages the wanted files of it beside their targets.
fetch() { # url, sha256, staging directory, then member ("" is the artifact itself), mode and path
  url=$1 sha256=$2 stage=$3
  shift 3
  say "fetching ${url##*/}"
  trap 'rm -rf "$stage"' EXIT
  rm -rf "$stage"
  mkdir -p -m 0700 "$stage"
  need_space "$(($(size_of "$url") * 3 / 1024 + 16384))" "${stage%/*}"
  download "$url" "$stage/artifact" || die "can't fetch $url: $(tail -n 3 "$stage/log" | tr '\n' ' ')"
  got=$(sha256sum <"$stage/artifact" | cut -c 1-64)
  [ "$got" = "$sha256" ] ||
    die "checksum mismatch of $url: got sha256 $got, expected $sha256; nothing of it was installed;" \
      "find out which of the two is wrong: what the server has, or the catalogue"
  unpack_members "$@"
  while [ $# -gt 0 ]; do
    from=$stage/artifact
    [ -z "$1" ] || from=$stage/files/$1
    [ -f "$from" ] || die "$url has no member $1"
    chown 0:0 "$from"
    chmod "$2" "$from"
    if [ -n "$1" ] || [ $# -eq 3 ]; then mv -fT "$from" "$3.plinth-new"; else cp -p "$from" "$3.plinth-new"; fi
    shift 3
  done
}

unpack_members() {
  list=$stage/members
  while [ $# -gt 0 ]; do
    if [ -n "$1" ]; then printf '%s\n' "$1"; fi
    shift 3
  done >"$list"
  [ -s "$list" ] || return 0
  mkdir "$stage/files"
  tar -xzf "$stage/artifact" -C "$stage/files" --no-same-owner -T "$list" 2>>"$stage/log" ||
    die "can't unpack $url: $(tail -n 3 "$stage/log" | tr '\n' ' ')"
}

# Size that the server announces, 0 where it does not.
size_of() {
  size=
  if command -v curl >/dev/null; then
    size=$(curl -fsSIL --connect-timeout 10 --max-time 20 -- "$1" 2>/dev/null | tr -d '\r' |
      sed -n 's/^[Cc]ontent-[Ll]ength: *\([0-9]*\)$/\1/p' | tail -n 1) || true
  fi
  printf '%s\n' "${size:-0}"
}

download() { # url, file
  if command -v curl >/dev/null; then
    curl -fsSL --retry 4 --retry-delay 1 --retry-connrefused --connect-timeout 10 \
      --speed-limit 1024 --speed-time 30 --max-time 1800 -o "$2" -- "$1" 2>"$stage/log"
  elif command -v wget >/dev/null; then
    wget -nv --tries=5 --waitretry=1 --retry-connrefused --timeout=30 -O "$2" -- "$1" 2>"$stage/log"
  else
    die "has neither curl nor wget: list one of them under packages"
  fi
}

# Remembers what each executable is and how it looks from outside, so that a look needs no hashing.
record_binaries() { # layer, then key, own sha256 ("" is computed) and path, repeated
  out=$layers_dir/$1.binaries
  shift
  while [ $# -gt 0 ]; do
    own=${2:-$(sha256sum <"$3" | cut -c 1-64)}
    printf '%s\t%s\t%s\t%s\n' "$1" "$own" "$(stat --printf '%s %.9Y %.9Z %i' -- "$3")" "$3"
    shift 3
  done >"$out.plinth-new"
  mv -fT "$out.plinth-new" "$out"
}

# shellcheck shell=sh
# The keys of an encryption configuration, a line each: provider, name, and sha256 of the key as the file
# has it. Changes nothing, and no key leaves the host.
set -eu
[ -r "$1" ] || exit 0
provider='' name='' secret=''
# the API server takes YAML and JSON: one key or bracket a line makes both alike
tr ',{}[]' '[\n*]' <"$1" |
  sed -nE "s/^[[:space:]-]*[\"']?(secretbox|aescbc|aesgcm|kms|identity|name|secret)[\"']?[[:space:]]*:[[:space:]]*[\"']?([^\"'[:space:]]*).*/\1 \2/p" |
  while read -r word value; do
    case $word in
    name) name=$value ;;
    secret) secret=$value ;;
    *) provider=$word name='' secret='' ;;
    esac
    if [ -n "$name" ] && [ -n "$secret" ]; then
      # printf is the shell's own, so no list of processes shows the key
      printf '%s %s %s\n' "$provider" "$name" "$(printf %s "$secret" | sha256sum | cut -d ' ' -f 1)"
      name='' secret=''
    fi
  done

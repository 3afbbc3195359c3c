# shellcheck shell=sh
# Whether the control planes can spare this one for a moment: the API server of every other one of those
# named is ready, or is so within some seconds. Status 10: its own is not, so nothing is interrupted.
set -eu
ca=$1 seconds=$2 own=$3
shift 3

# health endpoints answer everybody
ready() { # https://ADDRESS:PORT
  curl -sf --max-time 3 --cacert "$ca" -o /dev/null "$1/readyz"
}

# one that is slow for a moment still serves somebody
ready "$own" || { sleep 1 && ready "$own"; } || { sleep 1 && ready "$own"; } || exit 10
end=$(($(date +%s) + seconds))
while :; do
  missing=''
  for other; do # NAME=https://ADDRESS:PORT
    ready "${other#*=}" || missing="$missing, ${other%%=*}"
  done
  [ -n "$missing" ] || exit 0
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "${missing#, }: its API server is not ready, and one more would be away: repair it or set its maintenance, then run again"
    exit 1
  fi
  sleep 1
done

#!/usr/bin/env bash
# etcdutl 3.6.14: `snapshot restore --bump-revision N` alone is refused for a flag that was not given
# and that does not exist.
#
# Why it surprises: the message says that --mark-compacted is required if --revision-bump is set.
# There is no --revision-bump; it is called --bump-revision, and searching the help for the name in
# the message finds nothing. Turned round, `--mark-compacted` alone is refused with the same
# sentence, which asks for the very flag that was given. Both exit 128, not 1 or 2 as bad flags do
# in most programs.
#
# Seen, for each of the two: exit 128,
#   Error: --mark-compacted required if --revision-bump > 0
set -euo pipefail
work=$(mktemp -d)
server=
cleanup() {
  if [ -n "$server" ]; then
    kill "$server" || true
    wait "$server" || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
for command in etcdctl etcdutl server; do
  go get -tool "go.etcd.io/etcd/$command/v3@v3.6.14"
done
mkdir bin
go build -ldflags '-s -w' -o bin/ tool

port=$((20000 + RANDOM % 10000))
client=http://127.0.0.1:$port
peer=http://127.0.0.1:$((port + 1))
./bin/server --name a --data-dir data --initial-cluster "a=$peer" \
  --listen-client-urls "$client" --advertise-client-urls "$client" \
  --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" 2>server.log &
server=$!
for _ in $(seq 60); do
  if ./bin/etcdctl --endpoints="$client" endpoint health; then break; fi
  sleep 1
done

./bin/etcdctl --endpoints="$client" snapshot save backup.db
for flag in --bump-revision=1000 --mark-compacted; do
  code=0
  ./bin/etcdutl snapshot restore backup.db --data-dir restored "$flag" 2>error.txt || code=$?
  cat error.txt
  [ "$code" -eq 128 ]
  grep -q -e '--mark-compacted required if --revision-bump > 0' error.txt
done
./bin/etcdutl snapshot restore --help >help.txt
grep -q -e '--bump-revision' help.txt
if grep -q -e '--revision-bump' help.txt; then exit 1; fi
./bin/etcdutl snapshot restore backup.db --data-dir restored --bump-revision=1000 --mark-compacted

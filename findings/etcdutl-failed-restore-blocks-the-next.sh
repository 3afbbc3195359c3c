#!/usr/bin/env bash
# etcdutl 3.6.14: a restore that was refused leaves its data directory, which refuses the next one.
#
# Why it surprises: the database file of a stopped member can be restored, but has no hash at its
# end. etcdutl says so and names --skip-hash-check; the same command with that flag then fails for
# another reason, because the first has already made the directory and its member/snap. A script
# that retries never gets through, and an operator looks for who wrote the "data" there.
#
# Seen:
#   snapshot restore db --data-dir restored                     exit 1
#     Error: snapshot missing hash but --skip-hash-check=false
#   snapshot restore db --data-dir restored --skip-hash-check   exit 1
#     Error: data-dir "restored" not empty or could not be read
#   the latter again, after rm -r restored                      exit 0
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

kill "$server"
wait "$server" || true
server=
cp data/member/snap/db db
code=0
./bin/etcdutl snapshot restore db --data-dir restored 2>error.txt || code=$?
[ "$code" -eq 1 ]
grep 'snapshot missing hash but --skip-hash-check=false' error.txt
code=0
./bin/etcdutl snapshot restore db --data-dir restored --skip-hash-check 2>error.txt || code=$?
[ "$code" -eq 1 ]
grep 'data-dir "restored" not empty or could not be read' error.txt
rm -r restored
./bin/etcdutl snapshot restore db --data-dir restored --skip-hash-check

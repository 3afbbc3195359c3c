#!/usr/bin/env bash
# etcdctl 3.6.14: a transaction whose comparison fails prints FAILURE and exits 0.
#
# Why it surprises: a transaction is the compare-and-swap of etcd, and a script that takes a lock
# or an election by `etcdctl txn <<EOF && go on` goes on without it. What must be read is the first
# word on stdout; the exit code only says that the question was answered.
#
# Seen, with the key "owner" set to "a":
#   printf 'value("owner") = "nobody"\n\nput owner b\n\n\n' | etcdctl txn   FAILURE, exit 0
#   etcdctl get owner --print-value-only                                    a
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

export ETCDCTL_ENDPOINTS=$client
./bin/etcdctl put owner a
code=0
printf 'value("owner") = "nobody"\n\nput owner b\n\n\n' | ./bin/etcdctl txn >answer.txt || code=$?
cat answer.txt
[ "$code" -eq 0 ]
[ "$(head -n 1 answer.txt)" = FAILURE ]
[ "$(./bin/etcdctl get owner --print-value-only)" = a ]

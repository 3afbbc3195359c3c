#!/usr/bin/env bash
# etcd 3.6.14: a member that refuses all writes for want of space is ready, and stays closed after
# it was defragmented.
#
# Why it surprises: 3.5.11 and 3.6 brought /livez and /readyz, as Kubernetes has them, and probes and
# load balancers moved to them. With the alarm NOSPACE /readyz answers 200, its verbose form lists
# no such check, and only the older /health tells (503). And freeing the space is no cure: after
# compaction and defragmentation the file is small, writes still fail until `alarm disarm`.
#
# Seen, with a quota of 16 MiB filled by puts of 1 MB:
#   put                          exit 1, etcdserver: mvcc: database space exceeded
#   /livez /readyz /health       200 200 503
#   after compact and defrag     put still exits 1; after alarm disarm it is taken
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
  --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
  --quota-backend-bytes 16777216 2>server.log &
server=$!
export ETCDCTL_ENDPOINTS=$client
for _ in $(seq 60); do
  if ./bin/etcdctl endpoint health; then break; fi
  sleep 1
done

# the alarm is raised beside the put that finds no space, hence one look more
refused() {
  for _ in 1 2 3; do
    if ./bin/etcdctl put key value 2>error.txt; then return 1; fi
    grep 'database space exceeded' error.txt
  done
}
head -c 1000000 /dev/zero | tr '\0' x >megabyte
for _ in $(seq 40); do
  if ! ./bin/etcdctl put filler <megabyte; then break; fi
done
refused
for path in livez readyz health; do
  curl -s -o /dev/null -w "$path %{http_code}\n" "$client/$path"
done | tee codes.txt
[ "$(cat codes.txt)" = "$(printf 'livez 200\nreadyz 200\nhealth 503')" ]
if curl -s "$client/readyz?verbose" | tee verbose.txt | grep -i -e space -e alarm; then exit 1; fi
grep -q ok verbose.txt
revision=$(./bin/etcdctl endpoint status -w json | grep -o '"revision":[0-9]*' | cut -d : -f 2)
./bin/etcdctl compact "$revision" --physical
./bin/etcdctl defrag
[ "$(stat -c %s data/member/snap/db)" -lt 8000000 ]
refused
./bin/etcdctl alarm disarm
./bin/etcdctl put key value

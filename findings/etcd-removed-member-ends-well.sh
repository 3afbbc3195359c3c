#!/usr/bin/env bash
# etcd 3.6.14: a member that is removed from its cluster ends with exit code 0; started again with its
# data it reports that it is ready and ends right after, mostly with 0 again.
#
# Why it surprises: it can't do its work and its data directory is unusable, which is an error for
# whoever supervises it. With systemd's Restart=on-failure the unit is "inactive (dead)", not
# failed, so no alert on failed units fires; a later `systemctl start` of a unit of Type=notify
# succeeds. Only the log says that the data must be removed.
#
# Seen: running member removed: exit 0. Started with the same data: log "successfully notified init
# daemon", then "data-dir used by this member must be removed" and exit 0; in two of nine starts
# exit 1, "listener failed: server is stopping", where stopping overtook the opening of the ports.
set -euo pipefail
work=$(mktemp -d)
first="" second=""
cleanup() {
  for member in $first $second; do
    kill "$member" || true
    wait "$member" || true
  done
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
client() { echo "http://127.0.0.1:$((port + $1))"; }
peer() { echo "http://127.0.0.1:$((port + 4 + $1))"; }
member() {
  exec ./bin/server --name "m$1" --data-dir "m$1" --initial-cluster "m1=$(peer 1),m2=$(peer 2)" \
    --listen-client-urls "$(client "$1")" --advertise-client-urls "$(client "$1")" \
    --listen-peer-urls "$(peer "$1")" --initial-advertise-peer-urls "$(peer "$1")" 2>"m$1.log"
}
member 1 &
first=$!
member 2 &
second=$!
export ETCDCTL_ENDPOINTS
ETCDCTL_ENDPOINTS=$(client 1),$(client 2)
for _ in $(seq 60); do
  if ./bin/etcdctl endpoint health; then break; fi
  sleep 1
done

id=$(./bin/etcdctl member list | grep ', m2, ' | cut -d , -f 1)
for _ in $(seq 30); do
  # refused until the connections between the members are some seconds old
  if ./bin/etcdctl member remove "$id"; then break; fi
  sleep 1
done
code=0
wait "$second" || code=$?
second=
[ "$code" -eq 0 ]
for _ in 1 2; do
  code=0
  (member 2) || code=$?
  [ "$code" -le 1 ]
  grep 'successfully notified init daemon' m2.log
  grep 'data-dir used by this member must be removed' m2.log
done

#!/usr/bin/env bash
# etcdctl 3.6.14: `snapshot restore`, which 3.5 still had, prints the help of `snapshot` and exits 0.
#
# Why it surprises: an unknown command exits 1, so a removed subcommand should as well. In 3.6
# restoring moved to etcdutl; `etcdctl snapshot restore FILE --data-dir DIR` of an older runbook
# now fails only because of its flag. Without one, `restore && start etcd` goes on with nothing
# restored. The same holds for any word below a group of commands, such as `member` or `alarm`.
#
# Seen:
#   etcdctl snapshot restore backup.db   exit 0, "NAME: snapshot - Manages etcd node snapshots"
#   etcdctl member lsit                  exit 0
#   etcdctl bogus                        exit 1, unknown command "bogus" for "etcdctl"
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
go get -tool go.etcd.io/etcd/etcdctl/v3@v3.6.14
go build -ldflags '-s -w' -o etcdctl go.etcd.io/etcd/etcdctl/v3

touch backup.db
./etcdctl snapshot restore backup.db >help.txt
grep 'Manages etcd node snapshots' help.txt
./etcdctl member lsit >help.txt
grep 'Membership related commands' help.txt
code=0
./etcdctl bogus || code=$?
[ "$code" -eq 1 ]
code=0
./etcdctl snapshot restore backup.db --data-dir restored || code=$?
[ "$code" -eq 1 ]
[ "$(ls)" = "$(printf '%s\n' backup.db etcdctl go.mod go.sum help.txt)" ]

#!/usr/bin/env bash
# etcdctl 3.6.14: a flag does not win over its environment variable: having both is fatal.
#
# Why it surprises: nearly everywhere the flag overrides the variable, so that a shell or a unit
# with ETCDCTL_ENDPOINTS can still ask another member once. Here the command exits 1 before it
# connects, even where both say the same, with a log line and a stack trace instead of a usage
# error.
#
# Seen, with and without a server: exit 1,
#   "conflicting environment variable is shadowed by corresponding command-line flag (either unset
#   environment variable or disable flag))", "environment-variable":"ETCDCTL_ENDPOINTS"
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
go get -tool go.etcd.io/etcd/etcdctl/v3@v3.6.14
go build -ldflags '-s -w' -o etcdctl go.etcd.io/etcd/etcdctl/v3

endpoint=http://127.0.0.1:2379
code=0
ETCDCTL_ENDPOINTS=$endpoint ./etcdctl --endpoints="$endpoint" get key 2>error.txt || code=$?
cat error.txt
[ "$code" -eq 1 ]
grep -q 'conflicting environment variable is shadowed' error.txt
grep -q '"environment-variable":"ETCDCTL_ENDPOINTS"' error.txt

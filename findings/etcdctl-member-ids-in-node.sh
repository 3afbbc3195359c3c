#!/usr/bin/env bash
# etcdctl 3.6.14 and Node.js 20: the member IDs of `member list -w json` are changed by JSON.parse.
#
# Why it surprises: every other form of the command prints an ID in hexadecimal, which
# `member remove` takes; JSON has the same 64 bits as a decimal number. That is valid JSON, but
# JSON.parse rounds numbers above 2^53 without a word, so the parsed ID, put back into hexadecimal,
# is an ID that no member has. `-w json --hex` prints strings, but without leading zeros: an ID
# is not always 16 digits.
#
# Seen: member 129389cd53d3d457, in JSON 1338565029226861655, through JSON.parse 129389cd53d3d400.
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
./bin/etcdctl member list -w json >decimal.json
./bin/etcdctl member list -w json --hex >hex.json
cat >read.cjs <<'NODE'
const { readFileSync } = require("node:fs");
const decimal = readFileSync("decimal.json", "utf8");
const exact = BigInt(/"ID":(\d+)/.exec(decimal)[1]);
const parsed = BigInt(JSON.parse(decimal).members[0].ID);
const hex = JSON.parse(readFileSync("hex.json", "utf8")).members[0].ID;
console.log({ hex, exact: exact.toString(16), parsed: parsed.toString(16) });
if (hex !== exact.toString(16)) throw new Error("--hex prints another ID");
// an ID is a hash: one in 2048 ends in as many zero bits as are lost
if (parsed === exact) throw new Error("JSON.parse kept the ID");
NODE
node read.cjs

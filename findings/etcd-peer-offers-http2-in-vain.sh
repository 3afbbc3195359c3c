#!/usr/bin/env bash
# etcd 3.6.14: over TLS the listener for peers agrees on HTTP/2, and answers nothing that is asked by it.
#
# Why it surprises: TLS lets a server choose the protocol (ALPN), and this one chooses h2 whenever the
# client offers it, as curl and browsers do. It then closes the connection without an answer, though
# the same path answers by HTTP/1.1. Members ask each other by HTTP/1.1, so that nobody notices before
# a script asks for /members or /version there. The listener for clients chooses h2, too, and does
# answer by it.
#
# Seen, with curl 7.88.1:
#   peer,   /version, as curl likes    ALPN: h2   exit 52 (empty reply)
#   peer,   /version, --http1.1        exit 0     200
#   client, /version, as curl likes    ALPN: h2   exit 0     200
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
go get -tool "go.etcd.io/etcd/server/v3@v3.6.14"
mkdir bin
go build -ldflags '-s -w' -o bin/ tool

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=a \
  -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem
port=$((20000 + RANDOM % 10000))
client=https://127.0.0.1:$port
peer=https://127.0.0.1:$((port + 1))
./bin/server --name a --data-dir data --initial-cluster "a=$peer" \
  --listen-client-urls "$client" --advertise-client-urls "$client" \
  --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
  --cert-file cert.pem --key-file key.pem --peer-cert-file cert.pem --peer-key-file key.pem 2>server.log &
server=$!
for _ in $(seq 60); do
  if curl -sf --http1.1 --cacert cert.pem -o version.json "$peer/version"; then break; fi
  sleep 1
done

# Prints what TLS agreed on, curl's exit status and the code of HTTP.
asked() { # URL, then options
  url=$1
  shift
  status=0
  code=$(curl -sv --cacert cert.pem -o /dev/null -w '%{http_code}' "$@" "$url/version" 2>verbose.txt) || status=$?
  chosen=$(sed -n 's/.*ALPN: server accepted //p' verbose.txt)
  echo "${chosen:-none} $status $code"
}
{
  asked "$peer"
  asked "$peer" --http1.1
  asked "$client"
} | tee seen.txt
[ "$(cat seen.txt)" = "$(printf 'h2 52 000\nnone 0 200\nh2 0 200')" ]

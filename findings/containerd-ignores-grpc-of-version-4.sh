#!/usr/bin/env bash
# containerd 2.3.4: a configuration of `version = 4` may have a table [grpc], which has no effect.
#
# Why it surprises: unknown tables are warned about ("Ignoring unknown key in TOML"), this one is
# not, and `config dump` prints it back as if it were in force. Raising the number of a working
# version 3 file to 4 moves the socket to /run/containerd/containerd.sock, and the kubelet no longer
# finds it. Version 4 wants [plugins.'io.containerd.server.v1.grpc'].
#
# Seen in `config dump`, with [grpc] address = "/run/own.sock" in the file:
#   version = 3   the plugin's address is '/run/own.sock', no [grpc] is left
#   version = 4   the plugin's address is '/run/containerd/containerd.sock', and at the end
#                 [grpc] address = '/run/own.sock'; nothing on stderr
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
go get -tool github.com/containerd/containerd/v2/cmd/containerd@v2.3.4
go build -ldflags '-s -w' -o containerd github.com/containerd/containerd/v2/cmd/containerd

for version in 3 4; do
  cat >config.toml <<TOML
version = $version
root = "$work/root"
state = "$work/state"
[grpc]
address = "/run/own.sock"
TOML
  ./containerd --config config.toml config dump >"version-$version.toml" 2>"version-$version.txt"
  # the first address below the plugin's own heading
  sed -n "/io.containerd.server.v1.grpc'\]/,/address =/p" "version-$version.toml" |
    tee "plugin-$version.toml"
done
grep -q "address = '/run/own.sock'" plugin-3.toml
if grep -q '^\[grpc\]' version-3.toml; then exit 1; fi
grep -q "address = '/run/containerd/containerd.sock'" plugin-4.toml
sed -n '/^\[grpc\]/,$p' version-4.toml | grep "address = '/run/own.sock'"
[ ! -s version-4.txt ]

#!/usr/bin/env bash
# CNI plugin flannel of containernetworking/plugins 0.9.1: with an empty `delegate` pods get no default
# route.
#
# Why it surprises: flannel's plugin fills what is left out – bridge as the delegate, its MTU,
# masquerading, address range – so `"delegate": {}` looks like "all defaults". But it sets
# isGateway, not isDefaultGateway, and its only route is flannel's own network: pods reach each
# other on all nodes, while every ClusterIP, the API server and the cluster's DNS are unreachable
# for want of a route. One has to write isDefaultGateway oneself.
#
# Seen, what the bridge plugin is called with:
#   "delegate": {}
#     "isGateway":true, "routes":[{"dst":"10.244.0.0/16"}], "ipMasq":false, "mtu":1450
#   "delegate": {"isDefaultGateway": true}
#     the same and "isDefaultGateway":true
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0
go mod init finding
go get -tool github.com/containernetworking/plugins/plugins/meta/flannel@v0.9.1
go build -o flannel github.com/containernetworking/plugins/plugins/meta/flannel

cat >subnet.env <<'ENV'
FLANNEL_NETWORK=10.244.0.0/16
FLANNEL_SUBNET=10.244.1.1/24
FLANNEL_MTU=1450
FLANNEL_IPMASQ=true
ENV
# stands in for the delegate and writes down what it is asked for
mkdir delegates
cat >delegates/bridge <<'SH'
#!/bin/sh
cat >"$FINDING_SEEN"
echo '{"cniVersion":"0.3.1","ips":[]}'
SH
chmod +x delegates/bridge

called() {
  echo '{"cniVersion":"0.3.1","name":"pods","type":"flannel","subnetFile":"'"$work"'/subnet.env",
    "dataDir":"'"$work"'/data","delegate":'"$1"'}' |
    CNI_COMMAND=ADD CNI_CONTAINERID=c CNI_NETNS=/unused CNI_IFNAME=eth0 CNI_PATH=$work/delegates \
      FINDING_SEEN=$work/seen.json ./flannel >&2
  tee /dev/stderr <seen.json
}
called '{}' >empty.json
grep -q '"isGateway":true' empty.json
grep -q '"routes":\[{"dst":"10.244.0.0/16"}\]' empty.json
if grep -q isDefaultGateway empty.json; then exit 1; fi
called '{"isDefaultGateway": true}' >default.json
grep -q '"isDefaultGateway":true' default.json

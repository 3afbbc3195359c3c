# shellcheck shell=sh
# Takes down the pods and the pod network of a node whose Node object is made anew: the new one has other
# addresses for pods, and what still has the old ones would be in their way. The kubelet starts it all again.
set -eu
crictl=/usr/local/bin/crictl
systemctl stop kubelet.service
$crictl ps -q | xargs -r -n 1 -P 16 $crictl stop --timeout 20 >/dev/null || true
$crictl pods -q | xargs -r -n 1 -P 16 $crictl stopp >/dev/null
# without it no pod gets an address before flannel has the new ones
rm -f /run/flannel/subnet.env
if ip link show dev cni0 >/dev/null 2>&1; then ip link delete cni0; fi
rm -rf /var/lib/cni/networks/cbr0

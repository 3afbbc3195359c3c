#!/usr/bin/env bash
# systemd 252 and procps 4.0.2 (Debian 12): the same sysctl.d file with a key that the kernel does not
# have fails by `sysctl -p` (exit 1) and succeeds by systemd-sysctl (exit 0).
#
# Why it surprises: sysctl.d(5) has a prefix "-" for keys that may fail, so one without it should
# matter. systemd-sysctl ignores a missing key all the same, unless it is given --strict;
# systemd-sysctl.service, which applies the files at boot, is not. A node whose
# br_netfilter was not loaded in time boots with a green unit and without
# net.bridge.bridge-nf-call-iptables, and the check that one ran by hand said otherwise.
#
# Seen, for "net.netfilter.finding_missing = 1":
#   sysctl -p FILE                  exit 1, cannot stat /proc/sys/net/netfilter/finding_missing
#   systemd-sysctl FILE             exit 0, Couldn't write '1' to ..., ignoring
#   systemd-sysctl --strict FILE    exit 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download systemd=252.39-1~deb12u2 procps=2:4.0.2-3 \
  libsystemd-shared=252.39-1~deb12u2 libproc2-0=2:4.0.2-3
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/x86_64-linux-gnu/systemd

if grep -q -e --strict root/lib/systemd/system/systemd-sysctl.service; then exit 1; fi
echo 'net.netfilter.finding_missing = 1' >missing.conf
code() {
  local result=0
  "$@" >&2 || result=$?
  echo "$result"
}
[ "$(code root/sbin/sysctl -p "$work/missing.conf")" -eq 1 ]
[ "$(code root/lib/systemd/systemd-sysctl "$work/missing.conf")" -eq 0 ]
[ "$(code root/lib/systemd/systemd-sysctl --strict "$work/missing.conf")" -eq 1 ]

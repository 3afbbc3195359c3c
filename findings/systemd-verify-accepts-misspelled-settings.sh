#!/usr/bin/env bash
# systemd 252 (Debian 12): `systemd-analyze verify` exits 0 for a unit with a misspelled setting.
#
# Why it surprises: a linter that is put into CI is asked by its exit code. A missing program of
# ExecStart fails, but "Restrat=always" or a whole section that is none is only a line on stderr:
# the unit verifies, starts, and is never restarted.
#
# Seen:
#   Restrat=always, [Serivce]    exit 0, Unknown key name / Unknown section, ignoring
#   ExecStart=/nonexistent       exit 1, Command /nonexistent is not executable
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download systemd=252.39-1~deb12u2 \
  libsystemd-shared=252.39-1~deb12u2
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu/systemd

printf '[Service]\nExecStart=/bin/true\nRestrat=always\n[Serivce]\nUser=nobody\n' >typo.service
root/usr/bin/systemd-analyze verify --man=no "$work/typo.service" 2>typo.txt
cat typo.txt
grep -q Restrat typo.txt
grep -q Serivce typo.txt
printf '[Service]\nExecStart=/nonexistent\n' >missing.service
code=0
root/usr/bin/systemd-analyze verify --man=no "$work/missing.service" || code=$?
[ "$code" -eq 1 ]

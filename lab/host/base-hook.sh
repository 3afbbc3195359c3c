#!/bin/sh
# Customize hook of mmdebstrap: what a server's image has beyond its packages. $1 is the tree.
set -eu
root=$1
chroot "$root" useradd --create-home --shell /bin/bash ops
printf 'ops ALL=(ALL) NOPASSWD:ALL\n' >"$root/etc/sudoers.d/ops"
chmod 0440 "$root/etc/sudoers.d/ops"
# installed for those who want them, started by nobody
chroot "$root" systemctl disable haproxy.service keepalived.service
# a lab host has no way out: nothing to update from, no console to log in at
chroot "$root" systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
  e2scrub_all.timer fstrim.timer console-getty.service getty@tty1.service
# every host has its own
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id" "$root/etc/hostname"

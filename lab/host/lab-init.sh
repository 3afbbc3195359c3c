#!/bin/sh
# First process of a lab host.
# systemd-nspawn mounts the host's own cgroups read-only, a server has them writable
for hierarchy in /sys/fs/cgroup/*; do
  if mountpoint -q "$hierarchy"; then
    mount -o remount,bind,rw,nosuid,nodev,noexec "$hierarchy"
  fi
done
# a host with less memory than the machine knows it: kubelets take this for their capacity
if [ -e /etc/lab-meminfo ]; then
  mount -o bind,ro /etc/lab-meminfo /proc/meminfo
fi
exec /lib/systemd/systemd

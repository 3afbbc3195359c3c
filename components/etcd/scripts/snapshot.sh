# shellcheck shell=sh
# Before another host ($1) becomes a member of etcd.
take_snapshot "before-$1-joins"

# shellcheck shell=sh
# shellcheck disable=SC2154  # set by the environment
# Before another host ($1) becomes a member of etcd, or one moves.
case ",$MOVING," in
*",$1,"*) take_snapshot "before-$1-moves" ;;
*) take_snapshot "before-$1-joins" ;;
esac

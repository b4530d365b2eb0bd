/**
 * Starts Redis with a `maxmemory` of three quarters of its container's memory limit, and follows that
 * limit, which an autoscaler may change while Redis runs. The last quarter is for the process itself, for its clients' buffers,
 * which `maxmemory` does not count, and for fragmentation.
 *
 * A shell script for `sh -c`; its arguments go to redis-server. The shell becomes redis-server, so
 * that signals reach it; the part that follows the limit is its child. `CGROUP` names the folder of
 * the container's cgroup where that is not the usual one. `REDISCLI_AUTH` holds the password, which redis-cli
 * reads there by itself; the server reads it from its standard input, so that it is in no arguments.
 * The shell's own process id is asked of a child, because Kubernetes writes one dollar sign for two.
 */
export const START_REDIS = `
root=\${CGROUP:-/sys/fs/cgroup}
max_memory() {
  limit=$(cat "$root/memory.max" 2>/dev/null || cat "$root/memory/memory.limit_in_bytes") || return
  [ "$limit" = max ] && echo 0 || echo $((limit / 4 * 3))
}
follow() {
  while sleep 1 && kill -0 "$server"; do
    wanted=$(max_memory) || continue
    [ "$wanted" = "$set" ] && continue
    redis-cli -p "$port" config set maxmemory "$wanted" && set=$wanted
  done
}
port=$1
shift
server=$(exec sh -c 'echo $PPID')
set=$(max_memory) || exit 1
follow &
exec redis-server - --port "$port" --maxmemory "$set" "$@" <<END
requirepass "$REDISCLI_AUTH"
END
`.trim();

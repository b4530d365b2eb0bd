#!/bin/sh
# Starts nginx with what only the place where it runs knows: the name server, and where NATS is. NATS is
# looked up per connection, so the page is served also while its name does not resolve.
set -eu
app=$(cd "$(dirname "$0")" && pwd)
run=${RUN_FOLDER:-/tmp/nginx}
listen=${LISTEN:-8080}
nats=${NATS_WEBSOCKET:?is not set: give the host and port of the WebSocket of NATS}
mkdir -p "$run"

servers=
while read -r key value _; do
  [ "$key" = nameserver ] || continue
  # nginx wants brackets around an address with colons
  case $value in *:*) value="[$value]" ;; esac
  servers="$servers $value"
done </etc/resolv.conf
if [ -z "$servers" ]; then
  echo '"/etc/resolv.conf" names no server: the name of NATS cannot be looked up' >&2
  exit 1
fi

cat >"$run/place.conf" <<PLACE
resolver$servers valid=5s;
resolver_timeout 3s;
map "" \$nats_websocket { default "$nats"; }
PLACE
cat >"$run/server.conf" <<SERVER
listen $listen;
root $app/html;
SERVER
cp "$app/nginx.conf" "$run/nginx.conf"

exec nginx -p "$run" -c "$run/nginx.conf" -e stderr

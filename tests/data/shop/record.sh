#!/bin/sh
# Records ../shop.har anew: installs what is needed, serves the shop on
# loopback, lets a browser visit it, and stops what it started.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

missing=
command -v python3 >/dev/null || missing="$missing python3"
command -v chromium >/dev/null || missing="$missing chromium"
[ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
command -v npm >/dev/null || missing="$missing nodejs npm"
if [ -n "$missing" ]; then
    apt-get update
    # shellcheck disable=SC2086 # one word a package
    apt-get install -y --no-install-recommends $missing
fi

dir=$(mktemp -d)
pids=
stop() {
    for pid in $pids; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM

cp -r "$here/nginx.conf" "$here/record.mjs" "$here/assets" "$dir"
# Last-Modified and ETag come from the files' times: the same in every recording.
touch -d '2017-06-01T00:00:00Z' "$dir"/assets/*
npm install --silent --no-audit --no-fund --prefix "$dir" playwright-core@1.65.1

python3 "$here/app.py" &
pids=$!
/usr/sbin/nginx -e error.log -p "$dir" -c nginx.conf &
pids="$pids $!"

tries=0
until python3 -c 'import urllib.request as r; r.urlopen("http://127.0.0.1:48080/")' 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || { echo "the shop does not answer" >&2; exit 1; }
    sleep 0.2
done

# The browser's profile and leftovers go where HOME and TMPDIR say.
(cd "$dir" && HOME=$dir TMPDIR=$dir timeout 120 node record.mjs shop.har)
cp "$dir/shop.har" "$here/../shop.har"

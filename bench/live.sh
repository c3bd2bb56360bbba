#!/usr/bin/env bash
# usage: DATABANK=… bench/live.sh [BRANDS] [SECONDS]
#
# Tracked events over HTTP, generator included: as many as the machine takes (SECONDS, 60 by default), a quarter of 100,000 a second for the
# time of an answer, and 5,000 a second (1,000 with 2,000 brands) while a probe sends events of its own and asks for them in the timeline, the assets and SQL until
# they are there. The generator is `cargo build --release --example load`. Prints a line for each.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
load=${DATABANK_LOAD:-$(dirname "$binary")/examples/load}
brands=${1:-20} seconds=${2:-60}
[ -x "$load" ] || { echo "skipped: no $load; build it with cargo build --release --example load"; exit 0; }

work=$(mktemp -d "${TMPDIR:-/tmp}/databank-live.XXXXXX")
server=
finish() { [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT

start() { # a server over new brands with a key each
    [ -z "$server" ] || { kill -9 "$server"; wait "$server" 2>/dev/null || true; }
    rm -rf "$work/data" "$work/keys" "$work/apis"
    export DATABANK_DATA="$work/data" DATABANK_KEY_FILE="$work/master.key"
    for number in $(seq 1 "$brands"); do
        "$binary" --quiet brand add "b$number" >/dev/null 2>&1
        "$binary" --quiet --format json key create --brand "b$number" --kind write --name web 2>/dev/null |
            "$python" -c 'import json,sys; print(json.load(sys.stdin)["key"])' >>"$work/keys"
    done
    coproc server_output { exec "$binary" serve --listen 127.0.0.1:0 --format json --requests-per-second 100000 2>"$work/log"; }
    server=$server_output_PID
    read -r line <&"${server_output[0]}"
    host=$("$python" -c 'import json,sys; print(json.loads(sys.argv[1])["listening"].split("//")[1])' "$line")
}
memory() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/peak memory \1 KiB/p' "/proc/$server/status"; }

start
echo "as many as it takes: $("$load" "$host" "$work/keys" 0 "$seconds" 32); $(memory)"
start
echo "25,000 a second: $("$load" "$host" "$work/keys" 25000 "$seconds" 64); $(memory)"
start
rate=5000; [ "$brands" -lt 1000 ] || rate=1000
"$load" "$host" "$work/keys" "$rate" $((seconds + 10)) 40 >"$work/load" &
"$python" "$here/live.py" "$binary" "$host" "$work/keys" "$seconds"
wait $!
echo "meanwhile, $rate a second: $(cat "$work/load"); $(memory)"

#!/usr/bin/env bash
# usage: DATABANK=… bench/pages.sh
#
# How long each page waits for its data: a market of EVENTS events (default 20,000,000) of one brand is deposited and
# served, and every page's requests are sent as the page sends them (those of a step at once), with days drawn at random
# for each of ROUNDS rounds. Prints the median and the 95th percentile of each page in milliseconds, and the server's memory.
# Set: EVENTS, ROUNDS (default 100), DATABANK_BENCH_WORK (default a folder that is deleted), DATABANK_BENCH_PYTHON.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${DATABANK:-target/release/databank}")
python=${DATABANK_BENCH_PYTHON:-python3}
events=${EVENTS:-20000000}
rounds=${ROUNDS:-100}
work=${DATABANK_BENCH_WORK:-}
if [ -z "$work" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
export DATABANK_DATA=$work/pages-vault DATABANK_KEY_FILE=$work/pages-master.key

if [ ! -e "$work/pages-deposited" ]; then
    rm -rf "$work/pages-world" "$DATABANK_DATA"
    "$binary" world --events "$events" --brands 1 --seed 1 --out "$work/pages-world"
    brand=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[0]["slug"])' "$work/pages-world/brands.json")
    "$binary" brand add "$brand" --timezone Asia/Shanghai --currency CNY
    "$binary" import --brands "$brand" --mapping "$work/pages-world/world.toml" "$work/pages-world"
    rm -rf "$work/pages-world/events"
    echo "$brand" >"$work/pages-deposited"
fi
"$python" "$here/pages.py" "$binary" "$(cat "$work/pages-deposited")" "$rounds"

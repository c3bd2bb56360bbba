#!/usr/bin/env bash
# Imports the bundled example into a data directory of its own and prints what the brand has.
#
# usage: [DATABANK=BINARY] scripts/demo.sh [DATA_DIR]      (default ./demo-data, made anew every time)
set -euo pipefail
cd "$(dirname "$0")/.."

databank=${DATABANK:-target/release/databank}
data=${1:-./demo-data}

# Only a directory that an earlier demo made is thrown away.
if [ -e "$data" ]; then
    if [ ! -e "$data/.made-by-demo" ]; then
        echo "error: $data exists and no demo made it; name another directory: scripts/demo.sh DIR" >&2
        exit 2
    fi
    rm -rf "$data"
fi
mkdir -p "$data"
touch "$data/.made-by-demo"

run() {
    echo
    echo "\$ databank $*"
    "$databank" --data "$data" "$@"
}

run brand add shop --name 示例小店 --timezone Asia/Shanghai --currency CNY
run import --brand shop --mapping examples/shop/shop.toml examples/shop
run rejects --brand shop
run assets --brand shop --as-of 2026-10-31
run trend --brand shop --from 2026-10-25 --to 2026-10-31
run flow --brand shop --from 2026-09-30 --to 2026-10-31
run sql --brand shop "select behavior, count(*) as events, sum(amount_minor) as amount_minor from events group by behavior order by behavior"

echo
echo "The data is in $data; ask it more: $databank --data $data --help"

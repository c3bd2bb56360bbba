#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_WORK=DIR [DATABANK_BENCH_ROWS=60000000] bench/large.sh
#
# One large CSV file (60M rows are 5 GB) into one brand, and then three days of 200 000 rows, each a file of its own: what
# a first import and the daily ones after it cost, and that memory does not grow with either. Counts are compared with
# DuckDB's over the files. Needs the Python package duckdb (DATABANK_BENCH_PYTHON names a Python that has it) and about
# four times the file's size on disk.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
work=${DATABANK_BENCH_WORK:-}
rows=${DATABANK_BENCH_ROWS:-60000000}
day=200000
if [ -z "$work" ] || ! "$python" -c 'import duckdb' 2>/dev/null; then
    echo "skipped: DATABANK_BENCH_WORK names no folder, or $python has no package duckdb"
    exit 0
fi
work=$work/large
mkdir -p "$work/csv"
rm -rf "$work/vault"
export DATABANK_DATA="$work/vault" DATABANK_KEY_FILE="$work/master.key"

make() { # NAME FIRST ROWS
    [ -s "$work/csv/$1" ] || { "$python" "$here/peers.py" make "$work/csv/part" "$2" "$3"; mv "$work/csv/part" "$work/csv/$1"; }
}
make "first-$rows.csv" 0 "$rows"
for n in 1 2 3; do make "day-$n-after-$rows.csv" $((rows + (n - 1) * day)) $day; done

"$binary" --quiet brand add big >/dev/null
"$binary" --quiet rules set --brand big "$here/rules.toml" >/dev/null
printf '%-10s %10s %10s %9s %9s %10s\n' file rows seconds cpu peak_MiB csv_MiB
import() { # NAME FILE
    local spent
    spent=$("$python" "$here/peers.py" run "$work/import.json" "$binary" --quiet --format json import --brand big \
        --mapping "$here/large.toml" "$work/csv/$2")
    read -r wall cpu peak <<<"$spent"
    printf '%-10s %10s %10s %9s %9s %10s\n' "$1" "$(grep -o '"accepted": *[0-9]*' "$work/import.json" | head -1 | grep -o '[0-9]*')" \
        "$wall" "$cpu" "$peak" "$(($(stat -c %s "$work/csv/$2") >> 20))"
}
import first "first-$rows.csv"
for n in 1 2 3; do import "day $n" "day-$n-after-$rows.csv"; done
"$binary" --quiet --format json assets --brand big >"$work/assets.json"
"$python" "$here/peers.py" count "$work/csv/*-$rows.csv" "$work/assets.json"
du -sh "$work/vault" | awk '{ print "vault:", $1 }'

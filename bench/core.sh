#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_DATA=DIR bench/core.sh
#
# The history of all brands, and the three questions asked of a warm server, beside DuckDB and ClickHouse in one run: see
# bench/core.py. Deposits the market first when nothing is there (bench/import.sh, whose settings hold here too).
# DATABANK_BENCH_PYTHON names a Python with the packages duckdb and chdb; without them nothing is measured.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
data=${DATABANK_BENCH_DATA:-}
if [ -z "$data" ] || ! compgen -G "$data/events/*.parquet" >/dev/null; then
    echo "skipped: DATABANK_BENCH_DATA names no folder with events/*.parquet"
    exit 0
fi
if ! "$python" -c 'import duckdb, chdb' 2>/dev/null; then
    echo "skipped: $python has no packages duckdb and chdb"
    exit 0
fi
work=${DATABANK_BENCH_WORK:-$data/work}
[ -d "$work/vault" ] || "$here/import.sh"
DATABANK_DATA="$work/vault" DATABANK_KEY_FILE="$work/master.key" exec "$python" "$here/core.py" "$binary" "$data/events" "$work"

#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_DATA=DIR bench/deposits.sh
#
# Deposits of the generated market with links, beside what is there, late and as CSV (bench/deposits.py); then eight writers
# on eight brands (bench/writers.py). DATABANK_BENCH_PYTHON names a Python with the package duckdb; without it nothing is measured.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
python=${DATABANK_BENCH_PYTHON:-python3}
data=${DATABANK_BENCH_DATA:-}
if [ -z "$data" ] || ! compgen -G "$data/events/*.parquet" >/dev/null; then
    echo "skipped: DATABANK_BENCH_DATA names no folder with events/*.parquet"
    exit 0
fi
if ! "$python" -c 'import duckdb' 2>/dev/null; then
    echo "skipped: $python has no package duckdb"
    exit 0
fi
work=$(mktemp -d "${DATABANK_BENCH_WORK:-$data}/deposits.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$python" "$here/deposits.py" "${DATABANK:-databank}" "$data" "$work"
"$python" "$here/writers.py" "${DATABANK:-databank}" "$data" "$work"

#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_DATA=DIR bench/import.sh
#
# Imports the generated market DIR/events/*.parquet into twenty brands, imports it again, sweeps all histories again, and
# loads the same files into DuckDB. One line each: seconds, CPU seconds, rows for each CPU second, peak memory, bytes.
# The vault stays in DATABANK_BENCH_WORK (DIR/work unless set), for bench/ask.sh. DATABANK_BENCH_PYTHON names a Python
# with the package duckdb; without one the peer is left out.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
data=${DATABANK_BENCH_DATA:-}
if [ -z "$data" ] || ! compgen -G "$data/events/*.parquet" >/dev/null; then
    echo "skipped: DATABANK_BENCH_DATA names no folder with events/*.parquet"
    exit 0
fi
work=${DATABANK_BENCH_WORK:-$data/work}
mkdir -p "$work"
rm -rf "$work/vault"
export DATABANK_DATA="$work/vault" DATABANK_KEY_FILE="$work/master.key"

brands=$(seq -s, 1 20)
for brand in ${brands//,/ }; do
    "$binary" --quiet brand add "$brand" >/dev/null
    "$binary" --quiet rules set --brand "$brand" "$here/rules.toml" >/dev/null
done

rows=0
line() { # NAME WALL CPU MIB [BYTES]
    awk -v n="$1" -v w="$2" -v c="$3" -v m="$4" -v b="${5:-0}" -v r="$rows" 'BEGIN {
        printf "%-22s %9.2f %9.2f %12d %9d %9s\n", n, w, c, r / (c > 0 ? c : 1), m, (b > 0 ? sprintf("%.1f", b / r) : "") }'
}
clock() { "$python" "$here/peers.py" run "$@"; }
bytes() { du -sb "$1" | cut -f1; }

import=("$binary" --quiet --format json import --brands "$brands" --mapping "$here/market.toml" "$data")
first=$(clock "$work/import.json" "${import[@]}")
rows=$(grep -o '"accepted": *[0-9]*' "$work/import.json" | head -1 | grep -o '[0-9]*')
printf '%-22s %9s %9s %12s %9s %9s\n' "$rows events" seconds cpu rows/cpu_s peak_MiB bytes/row
line import $first "$(bytes "$DATABANK_DATA")"
line "import again" $(clock "$work/again.json" "${import[@]}")
line rebuild $(clock "$work/rebuild.json" "$binary" --quiet --format json rebuild --all-brands)
if "$python" -c 'import duckdb' 2>/dev/null; then
    loaded=$(clock "$work/load.txt" "$python" "$here/peers.py" load "$data/events" "$work/duck.db")
    line "DuckDB load, sorted" $loaded "$(bytes "$work/duck.db")"
else
    echo "DuckDB is not installed for $python: no peer"
fi

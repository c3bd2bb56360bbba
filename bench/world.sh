#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_WORK=DIR [DATABANK_BENCH_ROWS=20000000] bench/world.sh
#
# How fast a synthetic market is made, with one thread and with one a processor, best of three; that the number of threads changes
# no byte; and what its import costs. DATABANK_BENCH_PYTHON names a Python (any 3) for the clock.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
work=${DATABANK_BENCH_WORK:-}
rows=${DATABANK_BENCH_ROWS:-20000000}
if [ -z "$work" ]; then
    echo "skipped: DATABANK_BENCH_WORK names no folder"
    exit 0
fi
work=$work/world
rm -rf "$work"
mkdir -p "$work"
clock() { "$python" "$here/peers.py" run "$@"; }

printf '%-14s %9s %9s %12s %9s %9s\n' "$rows events" seconds cpu rows/s peak_MiB bytes/row
make() { # NAME THREADS
    local best
    best=$(for _ in 1 2 3; do
        rm -rf "$work/$1"
        clock "$work/$1.json" "$binary" --quiet --format json world --events "$rows" --brands 5 --threads "$2" --out "$work/$1"
    done | sort -n | head -1)
    awk -v n="$2 threads" -v s="$best" -v r="$rows" -v b="$(du -sb "$work/$1" | cut -f1)" 'BEGIN {
        split(s, t); printf "%-14s %9.2f %9.2f %12d %9d %9.1f\n", n, t[1], t[2], r / t[1], t[3], b / r }'
}
make one 1
make all "$(nproc)"
diff -rq "$work/one" "$work/all" && echo "the number of threads changes no byte"

export DATABANK_DATA="$work/vault" DATABANK_KEY_FILE="$work/master.key"
brands=$(grep -o '"slug": "[^"]*"' "$work/all/brands.json" | cut -d'"' -f4 | paste -sd,)
for brand in ${brands//,/ }; do "$binary" --quiet brand add "$brand" >/dev/null; done
imported=$(clock "$work/import.json" "$binary" --quiet --format json import --brands "$brands" \
    --mapping "$work/all/world.toml" "$work/all")
awk -v s="$imported" -v r="$rows" 'BEGIN { split(s, t); printf "%-14s %9.2f %9.2f %12d %9d\n", "import", t[1], t[2], r / t[1], t[3] }'

#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_WORK=DIR [DATABANK_BENCH_CONSUMERS="10000 100000 1000000 5000000"] bench/grow.sh
#
# One brand that grows: each step comes as twenty deposits and is then compacted. Prints partitions, live files of events and
# how many of them are hot, the largest, the time of a trend of 90 days (a fresh process, best of three), the time of the
# compaction, and how many bytes of events were written in all for each that is live. 5M consumers are 21M events and need
# about 12 GB of disk. DATABANK_BENCH_PYTHON names a Python (any 3).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
work=${DATABANK_BENCH_WORK:-}
if [ -z "$work" ]; then
    echo "skipped: DATABANK_BENCH_WORK names no folder"
    exit 0
fi
work=$work/grow
rm -rf "$work"
mkdir -p "$work"
export DATABANK_DATA="$work/vault" DATABANK_KEY_FILE="$work/master.key"
"$binary" --quiet brand add grown >/dev/null

clock() { "$python" "$here/peers.py" run "$@"; }
number() { grep -o "\"$1\": *[0-9.]*" "$2" | head -1 | grep -o '[0-9.]*$'; }

printf '%10s %10s %9s %10s %6s %5s %9s %8s %9s %9s %8s\n' \
    consumers events deposits_s partitions files hot largest_M trend_s compact_s files_was written
before=0
for consumers in ${DATABANK_BENCH_CONSUMERS:-10000 100000 1000000 5000000}; do
    rm -rf "$work/csv"
    "$python" "$here/grow.py" make "$work/csv" "$before" "$consumers" 20
    started=$(date +%s.%N)
    for part in $(seq 0 19); do
        "$binary" --quiet --format json import --brand grown --mapping "$here/large.toml" "$work/csv/$part.csv" >"$work/import.json"
    done
    took=$(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    read -r _ was _ <<<"$("$python" "$here/grow.py" shape "$work/vault/vaults/grown")"
    "$binary" --quiet --format json compact --brand grown >"$work/compact.json"
    read -r partitions files hot largest live disk <<<"$("$python" "$here/grow.py" shape "$work/vault/vaults/grown")"
    trend=$(for _ in 1 2 3; do
        clock "$work/trend.json" "$binary" --quiet --format json trend --brand grown --from 2026-08-03 --to 2026-10-31
    done | sort -n | head -1 | cut -d' ' -f1)
    "$binary" --quiet --format json sql --brand grown 'select count(*) as n from events' >"$work/count.json"
    printf '%10d %10d %9s %10d %6d %5d %9s %8s %9.2f %9d %8s\n' "$consumers" "$(number n "$work/count.json")" "$took" \
        "$partitions" "$files" "$hot" "$largest" "$trend" "$(number seconds "$work/compact.json")" "$was" \
        "$(awk -v d="$disk" -v l="$live" 'BEGIN { printf "%.2f", d / l }')"
    before=$consumers
done
